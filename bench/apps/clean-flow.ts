import { asset, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Trip } from '@redesmyn/examples/taxi/trip'

export const lines = source({ name: 'lines', schema: Trip, from: '../data/clean-*/*.ndjson' })

/** The reader has checked every record: what is left to do is nothing. */
const keep = stage({
  name: 'keep',
  input: Trip,
  output: Trip,
  handler: (batch) => ({
    trip_id: batch.column('trip_id'),
    picked_up: batch.column('picked_up'),
    seconds: batch.column('seconds'),
    passengers: batch.column('passengers'),
    distance_km: batch.column('distance_km'),
    pickup_zone: batch.column('pickup_zone'),
    dropoff_zone: batch.column('dropoff_zone'),
    tariff: batch.column('tariff'),
    payment: batch.column('payment'),
    fare: batch.column('fare'),
    tip: batch.column('tip'),
    tolls: batch.column('tolls'),
  }),
})

export const clean = asset({
  name: 'clean',
  input: lines,
  pipeline: pipe(keep),
  to: '../data/out/clean/',
  onReject: { to: '../data/out/rejected/', maxRatio: 0.01 },
})
