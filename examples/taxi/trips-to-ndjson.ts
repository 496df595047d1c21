import type { TripColumns } from './draw-trips.ts'

/** What is wrong with a line that is malformed: each in turn. */
const spoilers: readonly ((line: string) => string)[] = [
  (line) => line.slice(0, line.length >> 1),
  (line) => line.replace(/"seconds":-?\d+/, '"seconds":"a while"'),
  (line) => line.replace(/"fare":[^,]+,/, ''),
  (line) => line.replace('{', ''),
]

/** A line of JSON a trip; every `malformedEvery`-th is spoiled, counted by `trip_id`. 0: none. */
export function tripsToNdjson(trips: TripColumns, malformedEvery: number): string {
  let text = ''
  for (let row = 0; row < trips.trip_id.length; row++) {
    const line = toLine(trips, row)
    const nth = Number(trips.trip_id[row]) + 1
    const isSpoiled = malformedEvery > 0 && nth % malformedEvery === 0
    const spoil = spoilers[(nth / malformedEvery) % spoilers.length]
    text += isSpoiled ? `${spoil(line)}\n` : `${line}\n`
  }
  return text
}

function toLine(trips: TripColumns, row: number): string {
  const { trip_id, picked_up, seconds, passengers, distance_km, pickup_zone, dropoff_zone, tariff } = trips
  return (
    `{"trip_id":${trip_id[row]},"picked_up":${picked_up[row]},"seconds":${seconds[row]},` +
    `"passengers":${passengers[row]},"distance_km":${distance_km[row]},"pickup_zone":${pickup_zone[row]},` +
    `"dropoff_zone":${dropoff_zone[row]},"tariff":${tariff[row]},"payment":"${trips.payment[row]}",` +
    `"fare":${trips.fare[row]},"tip":${trips.tip[row]},"tolls":${trips.tolls[row]}}`
  )
}
