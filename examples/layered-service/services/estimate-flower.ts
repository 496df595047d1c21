import type { Static } from 'typebox'
import { predictSepalLength } from '../ml-models/sepal-length.ts'
import type { Estimate, Flower } from '../models/iris.ts'

const largeFromCm = 5.5

/** What the business makes of a prediction: knows nothing of HTTP, batches or threads. */
export function estimateFlower(flower: Static<typeof Flower>): Static<typeof Estimate> {
  const length = predictSepalLength([flower.sepal_width, flower.petal_length, flower.petal_width])
  return { sepal_length: length, size: length >= largeFromCm ? 'large' : 'small' }
}
