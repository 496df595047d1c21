import { asset, source } from '@redesmyn/cascade'
import { stage } from '@redesmyn/core'
import pl from 'nodejs-polars'
import { Type } from 'typebox'

const Trip = Type.Object({
  zone: Type.Integer(),
  km: Type.Number({ minimum: 0 }),
  minutes: Type.Number({ minimum: 0 }),
})
const Zone = Type.Object({ zone: Type.Integer(), borough: Type.String() })
const Fare = Type.Object({ zone: Type.Integer(), fare: Type.Number() })
const Borough = Type.Object({ zone: Type.Integer(), name: Type.String() })
const Revenue = Type.Object({ name: Type.String(), trips: Type.Integer(), revenue: Type.Number() })

export const trips = source({ schema: Trip, from: 'data/trips.ndjson' })
export const zones = source({ schema: Zone, from: 'data/zones.csv' })

/** Row by row: the same stage could answer HTTP. */
export const price = stage({
  name: 'price',
  input: Trip,
  output: Fare,
  handler: (batch) => {
    const minutes = batch.column('minutes')
    return {
      zone: batch.column('zone'),
      fare: batch.column('km').map((km, row) => 3.2 + km * 1.8 + minutes[row] * 0.35),
    }
  },
})

export const tidy = stage({
  name: 'tidy',
  input: Zone,
  output: Borough,
  handler: (batch) => batch.rows().map(({ zone, borough }) => ({ zone, name: borough.trim().toUpperCase() })),
})

export const fares = asset({ input: trips, pipeline: price, to: 'out/fares' })
export const boroughs = asset({ input: zones, pipeline: tidy, to: 'out/boroughs' })

/** All rows at once: what a join and a sum need. */
export const revenue = asset({
  inputs: { fares, boroughs },
  schema: Revenue,
  to: 'out/revenue',
  format: 'ndjson',
  make: ({ fares: left, boroughs: right }) =>
    left.frame
      .join(right.frame, { on: 'zone' })
      .groupBy('name')
      .agg(pl.len().alias('trips'), pl.col('fare').sum().round(2).alias('revenue'))
      .sort('name'),
})
