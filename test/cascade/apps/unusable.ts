import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

export default endpoint(
  '/inference',
  stage({
    name: 'same',
    input: Point,
    output: Point,
    batch: { minRows: 8 },
    handler: (batch) => ({ x: batch.column('x') }),
  }),
)
