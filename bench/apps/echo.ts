import { column, endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Message = Type.Object({ n: column.int32(), text: Type.String() })

export const echo = stage({
  name: 'echo',
  input: Message,
  output: Message,
  batch: { maxRows: 512 },
  handler: (batch) => ({ n: batch.column('n'), text: batch.column('text') }),
})

export default endpoint('/inference', echo)
