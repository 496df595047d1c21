import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

/** Writes to its input, which only some ways to run it allow. */
const careless = stage({
  name: 'careless',
  input: Point,
  output: Point,
  handler: (batch) => {
    const x = batch.column('x') as Float64Array
    x[0] = 1
    return { x }
  },
})

export default pipe(careless)
