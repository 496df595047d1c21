import { SeededRandom } from '../onnx/seeded-random.ts'
import { zoneCount } from './trip.ts'

export interface TripRange {
  /** `trip_id` of the first. */
  readonly first: number
  readonly count: number
  readonly seed: number
  /** Every so many trips one lasts less than no time, as clocks that are set back make them; 0: none. */
  readonly impossibleEvery: number
}

/** Columns by name, for the schema `Trip`. */
export type TripColumns = ReturnType<typeof drawTrips>

const yearStartMs = Date.UTC(2025, 0, 1)
const dayMs = 86_400_000
const payments = ['card', 'card', 'card', 'cash', 'other'] as const
/** Rides that begin in an hour, for every hour of a day. */
const hourWeights = [30, 20, 14, 9, 7, 8, 18, 35, 46, 45, 43, 45, 48, 48, 50, 51, 49, 55, 64, 63, 57, 55, 52, 42]
const hours = hourWeights.flatMap((weight, hour) => new Array<number>(weight).fill(hour))

/**
 * Trips whose numbers hang together as real ones do: most are short and in the evening, the fare follows from distance
 * and time, tips are given by card. The same range and seed give the same trips, whatever was drawn before.
 */
export function drawTrips({ first, count, seed, impossibleEvery }: TripRange) {
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(first + 1, 0x85ebca77))
  const columns = emptyColumns(count)
  for (let row = 0; row < count; row++) {
    const isAirport = random.next() < 0.07
    const distance = isAirport ? 14 + 8 * random.next() : Math.exp(0.85 + 0.75 * bell(random))
    const kmPerHour = Math.max(5, (isAirport ? 38 : 18) + 5 * bell(random))
    const id = first + row
    const isImpossible = impossibleEvery > 0 && id % impossibleEvery === impossibleEvery - 1
    const seconds = Math.round((distance / kmPerHour) * 3600 + 60 * random.next())
    const payment = pick(payments, random)
    const fare = cents(isAirport ? 52 : 3 + 1.6 * distance + (0.5 * seconds) / 60)
    columns.trip_id[row] = BigInt(id)
    columns.picked_up[row] = BigInt(drawTime(random))
    columns.seconds[row] = isImpossible ? -seconds : seconds
    columns.passengers[row] = 1 + Math.floor(5 * random.next() ** 4)
    columns.distance_km[row] = Math.round(distance * 100) / 100
    columns.pickup_zone[row] = drawZone(random)
    columns.dropoff_zone[row] = isAirport ? 1 : drawZone(random)
    columns.tariff[row] = isAirport ? 2 : random.next() < 0.01 ? 5 : 1
    columns.payment[row] = payment
    columns.fare[row] = fare
    columns.tip[row] = payment === 'card' ? cents(fare * Math.max(0, 0.2 + 0.07 * bell(random))) : 0
    columns.tolls[row] = isAirport && random.next() < 0.5 ? 6.94 : 0
  }
  return columns
}

function emptyColumns(count: number) {
  return {
    trip_id: new BigInt64Array(count),
    picked_up: new BigInt64Array(count),
    seconds: new Int32Array(count),
    passengers: new Uint8Array(count),
    distance_km: new Float64Array(count),
    pickup_zone: new Int16Array(count),
    dropoff_zone: new Int16Array(count),
    tariff: new Uint8Array(count),
    payment: new Array<string>(count).fill(''),
    fare: new Float64Array(count),
    tip: new Float64Array(count),
    tolls: new Float64Array(count),
  }
}

function drawTime(random: SeededRandom): number {
  const day = Math.floor(365 * random.next())
  return yearStartMs + day * dayMs + pick(hours, random) * 3_600_000 + Math.floor(3_600_000 * random.next())
}

/** Some zones see far more of the traffic than others. */
function drawZone(random: SeededRandom): number {
  return 1 + Math.floor(zoneCount * random.next() ** 2)
}

/** About the normal distribution: mean 0, deviation 1, never beyond 3. */
function bell(random: SeededRandom): number {
  return 2 * (random.next() + random.next() + random.next()) - 3
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100
}

function pick<T>(choices: readonly T[], random: SeededRandom): T {
  return choices[Math.floor(choices.length * random.next())]
}
