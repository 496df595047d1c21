import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import polars from 'nodejs-polars'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FlowRun, runFlow } from '../flow-run.ts'
import { drawTrips } from './draw-trips.ts'
import { scoring } from './stages.ts'
import { encodeTaxiModel } from './write-model.ts'
import { writeTrips } from './write-trips.ts'

const flow = new URL('./flow.ts', import.meta.url)
const rows = 20_000
const impossibleEvery = 5000
const everyTrip = { folder: '', rows, fileRows: 8000, groupRows: 2000, seed: 7, impossibleEvery } as const
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redesmyn-taxi-'))
  writeTrips({ ...everyTrip, folder: join(folder, 'data'), format: 'parquet' })
})
afterAll(() => rm(folder, { recursive: true }))

/** Those of an output, in the order of its parts. */
async function readScores(output: string): Promise<{ readonly ids: number[]; readonly scores: number[] }> {
  const records = join(output, '_cascade', 'commits')
  const ids: number[] = []
  const scores: number[] = []
  for (const name of (await readdir(records)).toSorted()) {
    const { files }: { files: readonly { name: string }[] } = JSON.parse(await readFile(join(records, name), 'utf8'))
    for (const file of files) {
      const frame = polars.readParquet(join(output, file.name))
      ids.push(...frame.getColumn('trip_id').toArray().map(Number))
      scores.push(...frame.getColumn('score').toArray().map(Number))
    }
  }
  return { ids, scores }
}

function flagsFor(output: string): readonly string[] {
  return ['--input', join(folder, 'data', '*.parquet'), '--output', join(folder, output), '--part-rows', '2000']
}

test('the same range and seed are the same trips, whatever was drawn before', () => {
  const whole = drawTrips({ first: 0, count: 100, seed: 3, impossibleEvery: 0 })
  const again = drawTrips({ first: 0, count: 100, seed: 3, impossibleEvery: 0 })
  const other = drawTrips({ first: 0, count: 100, seed: 4, impossibleEvery: 0 })

  expect(again).toEqual(whole)
  expect(other.fare).not.toEqual(whole.fare)
})

test('trips are written as Parquet with twelve columns, each trip once', () => {
  const frame = polars.readParquet(join(folder, 'data', 'trips-0000.parquet'))

  expect(frame.shape).toEqual({ height: 8000, width: 12 })
  expect(frame.getColumn('trip_id').toArray().map(Number)).toEqual(Array.from({ length: 8000 }, (_, index) => index))
  expect(frame.getColumn('payment').nUnique()).toBe(3)
})

test('lines of JSON are trips, but for those that are to be malformed', async () => {
  const files = { ...everyTrip, folder: join(folder, 'lines'), malformedEvery: 1000, format: 'ndjson' } as const
  const texts = await Promise.all(writeTrips(files).map((path) => readFile(path, 'utf8')))
  const lines = texts.flatMap((text) => text.split('\n').slice(0, -1))

  const isSound = (line: string): boolean => {
    try {
      const trip: Readonly<Record<string, unknown>> = JSON.parse(line)
      return typeof trip['seconds'] === 'number' && typeof trip['fare'] === 'number'
    } catch {
      return false
    }
  }
  expect(lines).toHaveLength(rows)
  expect(lines.filter((line) => !isSound(line))).toHaveLength(rows / 1000)
})

test('the file of the model is what the script writes', async () => {
  const file = await readFile(new URL('./model.onnx', import.meta.url))

  expect(Buffer.from(encodeTaxiModel()).equals(file)).toBe(true)
})

test('a trip is scored in a script, and one that cannot have been is refused', async () => {
  const ride = {
    trip_id: 1,
    picked_up: Date.UTC(2025, 0, 1, 12),
    seconds: 600,
    passengers: 1,
    distance_km: 3.2,
    pickup_zone: 10,
    dropoff_zone: 20,
    fare: 11.5,
  }

  expect(await scoring([ride])).toEqual([{ trip_id: 1, score: expect.closeTo(0.00533, 5) }])
  await expect(scoring([{ ...ride, seconds: -60 }])).rejects.toMatchObject({ code: 'RECORD_INVALID' })
})

test('a run scores every trip but the impossible ones, and one that is killed ends with the same', async () => {
  const possible = Array.from({ length: rows }, (_, id) => id).filter((id) => (id + 1) % impossibleEvery !== 0)

  const report = await runFlow(flow, 'scored', flagsFor('scored'))
  const killed = new FlowRun(flow, 'scored', flagsFor('resumed'))
  setTimeout(() => killed.kill('SIGKILL'), report.elapsedMs / 2)
  await killed.ended
  const resumed = await runFlow(flow, 'scored', flagsFor('resumed'))

  const undisturbed = await readScores(join(folder, 'scored'))
  expect(report.rows).toMatchObject({ in: rows, out: possible.length, rejected: rows / impossibleEvery })
  expect(undisturbed.ids).toEqual(possible)
  expect(resumed.rows).toEqual(report.rows)
  expect(await readScores(join(folder, 'resumed'))).toEqual(undisturbed)
}, 60_000)
