import { Type } from 'typebox'

/** What a client sends: centimetres. */
export const Flower = Type.Object({
  sepal_width: Type.Number({ minimum: 0 }),
  petal_length: Type.Number({ minimum: 0 }),
  petal_width: Type.Number({ minimum: 0 }),
})

/** What it gets. */
export const Estimate = Type.Object({
  sepal_length: Type.Number(),
  size: Type.Union([Type.Literal('small'), Type.Literal('large')]),
})
