import type { TripColumns } from './draw-trips.ts'

/** What of a malformed line is wrong: some value of it, or its JSON as well. */
export type Malformation = 'values' | 'lines'

type Spoiler = (line: string) => string

const valueSpoilers: readonly Spoiler[] = [
  (line) => line.replace(/"seconds":-?\d+/, '"seconds":"a while"'),
  (line) => line.replace(/"fare":[^,]+,/, ''),
]
const spoilers: Readonly<Record<Malformation, readonly Spoiler[]>> = {
  values: valueSpoilers,
  lines: [(line) => line.slice(0, line.length >> 1), ...valueSpoilers, (line) => line.replace('{', '')],
}

export interface MalformedLines {
  /** Every so many lines one is spoiled, counted by `trip_id`; 0: none. */
  readonly every: number
  readonly what: Malformation
}

/** A line of JSON a trip; those that are malformed are so each in its turn's way. */
export function tripsToNdjson(trips: TripColumns, { every, what }: MalformedLines): string {
  const ways = spoilers[what]
  let text = ''
  for (let row = 0; row < trips.trip_id.length; row++) {
    const line = toLine(trips, row)
    const nth = Number(trips.trip_id[row]) + 1
    const isSpoiled = every > 0 && nth % every === 0
    text += isSpoiled ? `${ways[(nth / every) % ways.length](line)}\n` : `${line}\n`
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
