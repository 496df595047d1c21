import { endpoint, type NoModel, type StageOptions, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number({ minimum: 0 }) })

const options: StageOptions<typeof Point, typeof Point, NoModel> = {
  name: 'unfit',
  input: Point,
  output: Point,
  examples: [{ x: 1 }, { x: -1 }],
  handler: (batch) => ({ x: batch.column('x') }),
}

export const unfit = stage(options)

export default endpoint('/unfit', unfit)
