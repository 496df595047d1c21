import { bisect, endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })

export const identity = stage({
  name: 'identity',
  input: Point,
  output: Result,
  threads: 2,
  handler: (batch) => ({ y: batch.column('x').slice() }),
})

/** Answers how many rows its batch had. */
export const batchSize = stage({
  name: 'batch-size',
  input: Point,
  output: Result,
  handler: (batch) => ({ y: new Float64Array(batch.rowCount).fill(batch.rowCount) }),
})

/** Blocks its thread for as many milliseconds as the first row says. */
export const busy = stage({
  name: 'busy',
  input: Point,
  output: Result,
  handler(batch) {
    const until = performance.now() + batch.column('x')[0]
    while (performance.now() < until);
    return { y: new Float64Array(batch.rowCount).fill(batch.rowCount) }
  },
})

/** Waits without blocking, two batches at once. */
export const patient = stage({
  name: 'patient',
  input: Point,
  output: Result,
  concurrency: 2,
  batch: { maxRows: 1 },
  async handler(batch) {
    await new Promise((resolve) => setTimeout(resolve, batch.column('x')[0]))
    return { y: batch.column('x').slice() }
  },
})

/** Does what its first row says: throws at 1, ends its thread at 2, works otherwise. */
export const fragile = stage({
  name: 'fragile',
  input: Point,
  output: Result,
  threads: 1,
  handler(batch) {
    if (batch.column('x').includes(1)) throw new Error('the secret of the handler')
    if (batch.column('x').includes(2)) process.exit(7)
    return { y: batch.column('x').slice() }
  },
})

/** Like fragile, but finds out which row it was. */
export const halved = stage({
  name: 'halved',
  input: Point,
  output: Result,
  handler: bisect((batch) => {
    if (batch.column('x').includes(1)) throw new Error('the secret of the handler')
    return { y: batch.column('x').slice() }
  }),
})

/** One row at a time, and room for two more. */
export const narrow = stage({
  name: 'narrow',
  input: Point,
  output: Result,
  batch: { maxRows: 1 },
  queue: { maxRows: 2 },
  async handler(batch) {
    await new Promise((resolve) => setTimeout(resolve, batch.column('x')[0]))
    return { y: batch.column('x').slice() }
  },
})

export default [
  endpoint('/identity', identity),
  endpoint('/batch-size', batchSize),
  endpoint('/busy', busy),
  endpoint('/patient', patient),
  endpoint('/fragile', fragile),
  endpoint('/halved', halved),
  endpoint('/narrow', narrow),
]
