import { column, endpoint, rawBytes, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Body = Type.Object({ body: column.bytes() })

export const bytes = stage({
  name: 'bytes',
  input: Body,
  output: Body,
  batch: { maxRows: 16 },
  handler: (batch) => ({ body: batch.column('body') }),
})

export default endpoint('/inference', bytes, { codecs: [rawBytes({ column: 'body' })] })
