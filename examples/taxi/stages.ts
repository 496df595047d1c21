import { fileURLToPath } from 'node:url'
import { column, pipe, provider, stage } from '@redesmyn/core'
import { OnnxModel } from '@redesmyn/worker'
import { Type } from 'typebox'
import { Trip, zoneCount } from './trip.ts'

/** What the model is told of a trip; a run reads no other columns from its files. */
const Ride = Type.Pick(Trip, [
  'trip_id',
  'picked_up',
  'seconds',
  'passengers',
  'distance_km',
  'pickup_zone',
  'dropoff_zone',
  'fare',
])

const featureNames = ['distance', 'minutes', 'passengers', 'hour', 'weekday', 'pickup', 'dropoff', 'fare'] as const

const Features = Type.Object({
  trip_id: Trip.properties.trip_id,
  distance: column.float32(),
  minutes: column.float32(),
  passengers: column.float32(),
  hour: column.float32(),
  weekday: column.float32(),
  pickup: column.float32(),
  dropoff: column.float32(),
  fare: column.float32(),
})

export const Score = Type.Object({ trip_id: Trip.properties.trip_id, score: column.float32() })

const dayMs = 86_400_000

/** Eight numbers around one. A trip that cannot have been is rejected, and the others never notice. */
export const featurise = stage({
  name: 'featurise',
  input: Ride,
  output: Features,
  handler(batch, context) {
    const features = {
      trip_id: batch.column('trip_id'),
      distance: batch.out('distance'),
      minutes: batch.out('minutes'),
      passengers: batch.out('passengers'),
      hour: batch.out('hour'),
      weekday: batch.out('weekday'),
      pickup: batch.out('pickup'),
      dropoff: batch.out('dropoff'),
      fare: batch.out('fare'),
    }
    const pickedUp = batch.numbers('picked_up')
    const seconds = batch.column('seconds')
    const passengers = batch.column('passengers')
    const distance = batch.column('distance_km')
    const pickup = batch.column('pickup_zone')
    const dropoff = batch.column('dropoff_zone')
    const fare = batch.column('fare')
    for (let row = 0; row < batch.rowCount; row++) {
      if (seconds[row] < 0) context.reject(row, 'RECORD_INVALID', `a trip cannot last ${seconds[row]} s`)
      const days = pickedUp[row] / dayMs
      const day = Math.floor(days)
      features.distance[row] = distance[row] / 10
      features.minutes[row] = seconds[row] / 1800
      features.passengers[row] = passengers[row] / 4
      features.hour[row] = days - day
      features.weekday[row] = day / 7 - Math.floor(day / 7)
      features.pickup[row] = pickup[row] / zoneCount
      features.dropoff[row] = dropoff[row] / zoneCount
      features.fare[row] = fare[row] / 50
    }
    return features
  },
})

/** Loaded once in each thread. */
const model = provider('taxi model', () => OnnxModel.load(fileURLToPath(new URL('./model.onnx', import.meta.url))), {
  dispose: (loaded) => loaded.dispose(),
})

/** It says nothing of threads, so it runs in the call of the stage before it. */
export const score = stage({
  name: 'score',
  input: Features,
  output: Score,
  needs: [model],
  async handler(batch, context) {
    const { y } = await context.get(model).run({ x: batch.tensor(featureNames) })
    return { trip_id: batch.column('trip_id'), score: scores(y.data) }
  },
})

export const scoring = pipe(featurise).to(score)

function scores(values: unknown): Float32Array {
  if (values instanceof Float32Array) return values
  throw new TypeError('the model answered no floats')
}
