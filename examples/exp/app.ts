import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })

export const exp = stage({
  name: 'exp',
  input: Point,
  output: Result,
  handler: (batch) => ({ y: batch.column('x').map(Math.exp) }),
})

export default endpoint('/inference', exp)
