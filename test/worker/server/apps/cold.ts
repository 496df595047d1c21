import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

export const strict = stage({
  name: 'strict',
  input: Point,
  output: Point,
  examples: [{ x: -1 }],
  strictWarmUp: true,
  handler: () => {
    throw new Error('the device is cold')
  },
})

export default endpoint('/strict', strict)
