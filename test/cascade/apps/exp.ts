import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

export const exp = stage({
  name: 'exp',
  input: Type.Object({ x: Type.Number() }),
  output: Type.Object({ y: Type.Number() }),
  handler: (batch, { log }) => {
    log.info({ rowCount: batch.rowCount }, 'Handled.')
    return { y: batch.column('x').map(Math.exp) }
  },
})

export default endpoint('/inference/{variant}', exp)
