import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

export const exp = stage({
  name: 'exp',
  input: Type.Object({ x: Type.Number() }),
  output: Type.Object({ y: Type.Number() }),
  batch: { maxRows: 512 },
  handler(batch) {
    const x = batch.column('x')
    const y = batch.out('y')
    for (let row = 0; row < batch.rowCount; row++) y[row] = Math.exp(x[row])
    return { y }
  },
})

export default endpoint('/inference', exp)
