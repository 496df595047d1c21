import { asset, op, source, graphAsset } from '@redesmyn/cascade'
import { Type } from 'typebox'

const Trip = Type.Object({ zone: Type.String(), fare: Type.Number({ minimum: 0 }) })
const Zone = Type.Object({ zone: Type.String(), borough: Type.String() })
const Ride = Type.Object({ borough: Type.String(), fare: Type.Number({ minimum: 0 }) })
const Fare = Type.Object({ fare: Type.Number() })

export const trips = source({ schema: Trip, from: 'trips/*.parquet' })
export const zones = source({ schema: Zone, from: 'zones.csv' })

export const rides = asset({
  inputs: { trips, zones },
  schema: Ride,
  to: 'out/rides',
  make: ({ trips: left, zones: right }) => left.frame.join(right.frame, { on: 'zone' }).sort('fare'),
})

export const negative = asset({
  inputs: { trips },
  schema: Ride,
  to: 'out/negative',
  make: () => [
    { borough: 'A', fare: 1 },
    { borough: 'B', fare: -4 },
  ],
})

export const textual = asset({
  inputs: { trips },
  schema: Ride,
  to: 'out/textual',
  make: ({ trips: { frame } }) => frame,
})

export const broken = asset({
  inputs: {},
  schema: Ride,
  to: 'out/broken',
  make: () => {
    throw new TypeError('no such zone')
  },
})

export const leaving = asset({ inputs: {}, schema: Ride, to: 'out/leaving', make: () => process.exit(3) })

/** Waits until it is told that nobody waits any more. */
export const waiting = asset({
  inputs: {},
  schema: Ride,
  to: 'out/waiting',
  make: async (_, { signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return []
  },
})

const cheapest = op({
  name: 'cheapest',
  inputs: { all: Fare },
  output: Fare,
  make: ({ all }) => all.frame.sort('fare').head(1),
})
export const cheap = graphAsset({
  inputs: { trips },
  to: 'out/cheap',
  graph: (values) => cheapest({ all: values.trips }),
})
