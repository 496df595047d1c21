import { asset, source } from '@redesmyn/cascade'
import { endpoint } from '@redesmyn/core'
import { scoring } from './stages.ts'
import { Trip } from './trip.ts'

/** All trips there are: `npm run trips -w examples` draws a million. */
export const trips = source({ name: 'trips', schema: Trip, from: 'data/trips-*.parquet' })

export const scored = asset({
  name: 'scored',
  input: trips,
  pipeline: scoring,
  to: 'out/scored/',
  // What the model makes of so many rows at once stays in the processor's cache.
  batchRows: 16_384,
  onReject: { to: 'out/rejected/', maxRatio: 0.01 },
})

/** The same stages behind HTTP: `cascade serve flow.ts`. */
export default endpoint('/score', scoring)
