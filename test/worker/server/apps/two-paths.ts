import { stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

export const same = stage({ name: 'same', input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }) })
export const negate = stage({
  name: 'negate',
  input: Point,
  output: Point,
  handler: (batch) => ({ x: batch.column('x').map((x) => -x) }),
})
