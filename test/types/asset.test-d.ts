import { asset, type Asset, graphAsset, op, source, type Source, TypedDataFrame } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import pl from 'nodejs-polars'
import { Type } from 'typebox'

const Trip = Type.Object({ km: Type.Number(), zone: Type.String() })
const Zone = Type.Object({ zone: Type.String(), borough: Type.String() })
const Distance = Type.Object({ km: Type.Number() })
const Fare = Type.Object({ fare: Type.Number() })

const price = stage({
  name: 'price',
  input: Distance,
  output: Fare,
  handler: (batch) => ({ fare: batch.column('km').map((km) => km * 2) }),
})

const trips: Source<typeof Trip> = source({ schema: Trip, from: 'trips/*.parquet' })
const zones = source({ schema: Zone, from: ['zones.csv'] })

// An asset's rows are what its last stage gives.
const fares: Asset<typeof Fare> = asset({ input: trips, pipeline: price, to: 'out/fares' })
asset({ input: () => trips, pipeline: pipe(price), to: 'out/fares' }) satisfies Asset<typeof Fare>
// @ts-expect-error the asset's rows are fares
fares satisfies Asset<typeof Trip>
// @ts-expect-error zones have no km, which the stage takes
asset({ input: zones, pipeline: price, to: 'out/fares' })
// @ts-expect-error fares have no km either: assets are inputs like sources
asset({ input: fares, pipeline: pipe(price), to: 'out/fares' })
// @ts-expect-error an asset goes somewhere
asset({ input: trips, pipeline: price })

// A frame has the type of the input that it stands for.
asset({
  inputs: { trips, zones },
  schema: Zone,
  to: 'out/joined',
  make: ({ trips: rides, zones: places }) => {
    rides satisfies TypedDataFrame<typeof Trip>
    rides.rows()[0]?.km satisfies number | undefined
    // @ts-expect-error a trip has no borough
    void rides.rows()[0]?.borough
    return rides.frame.join(places.frame, { on: 'zone' })
  },
}) satisfies Asset<typeof Zone>
asset({
  inputs: { trips },
  schema: Zone,
  to: 'out/joined',
  // @ts-expect-error the frame of trips is none of zones
  make: ({ trips: rides }) => rides,
})
asset({
  inputs: { trips },
  schema: Fare,
  to: 'out/fares',
  // @ts-expect-error a fare is a number
  make: () => [{ fare: 'much' }],
})

// R145: The type of a frame is its schema.
const typed = await TypedDataFrame.of(Trip, pl.DataFrame({ km: [1], zone: ['a'] }))
typed satisfies TypedDataFrame<typeof Trip>
// @ts-expect-error trips are no zones
typed satisfies TypedDataFrame<typeof Zone>
// @ts-expect-error a row has a zone
await TypedDataFrame.of(Trip, [{ km: 1 }])

// Ops join where their rows fit.
const priced = op({ name: 'priced', pipeline: price })
const doubled = op({
  name: 'doubled',
  input: Fare,
  output: Fare,
  handler: (batch) => ({ fare: batch.column('fare').map((fare) => fare * 2) }),
})
const joined = op({
  name: 'joined',
  inputs: { left: Fare, right: Zone },
  output: Fare,
  make: ({ left, right }) => {
    right satisfies TypedDataFrame<typeof Zone>
    return left
  },
})
graphAsset({
  inputs: { trips, zones },
  to: 'out/graph',
  graph: (values) => joined({ left: doubled(priced(values.trips)), right: values.zones }),
}) satisfies Asset<typeof Fare>
graphAsset({
  inputs: { trips, zones },
  to: 'out/graph',
  // @ts-expect-error zones are nothing that can be priced
  graph: (values) => priced(values.zones),
})
graphAsset({
  inputs: { trips, zones },
  to: 'out/graph',
  // @ts-expect-error the sides are swapped
  graph: (values) => joined({ left: values.zones, right: priced(values.trips) }),
})
graphAsset({
  inputs: { trips },
  to: 'out/graph',
  // @ts-expect-error there is no such input
  graph: (values) => priced(values.rides),
})

// An op over rows is a handler.
stage({ name: 'again', handler: doubled })
