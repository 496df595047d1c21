import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

export const stages = Array.from({ length: 10 }, (_, index) =>
  stage({ name: `stage-${index + 1}`, input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }) }),
)

export default stages.map((each) => endpoint(`/${each.name}`, each))
