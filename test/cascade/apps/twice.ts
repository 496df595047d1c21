import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const same = stage({ name: 'same', input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }) })

export default [endpoint('/inference', same), endpoint('/inference', same)]
