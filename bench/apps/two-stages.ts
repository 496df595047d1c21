import { endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

export const parse = stage({
  name: 'parse',
  input: Point,
  output: Point,
  threads: 1,
  batch: { maxRows: 512 },
  handler: (batch) => ({ x: batch.column('x') }),
})

export const exp = stage({
  name: 'exp',
  input: Point,
  output: Type.Object({ y: Type.Number() }),
  threads: 1,
  batch: { maxRows: 512 },
  handler(batch) {
    const x = batch.column('x')
    const y = batch.out('y')
    for (let row = 0; row < batch.rowCount; row++) y[row] = Math.exp(x[row])
    return { y }
  },
})

export default endpoint('/inference', pipe(parse).to(exp))
