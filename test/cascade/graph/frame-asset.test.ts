import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleApp } from '@redesmyn/worker'
import pl from 'nodejs-polars'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FrameResult, InputFiles } from '../../../packages/cascade/dist/graph/frame/frame-task.js'
import { makeInThread } from '../../../packages/cascade/dist/graph/frame/make-in-thread.js'

let folder: string
let appUrl: string
let count = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frames-'))
  appUrl = (await bundleApp(new URL('./apps/zones.ts', import.meta.url))).url
})
afterAll(async () => await rm(folder, { recursive: true }))

/** Trips as Parquet, in a file for each list of fares. */
async function tripFiles(...fares: readonly (readonly number[])[]): Promise<InputFiles> {
  const own = join(folder, `trips-${count++}`)
  await mkdir(own)
  const files = fares.map((values, index) => {
    const path = join(own, `${index}.parquet`)
    pl.DataFrame({
      zone: values.map((fare) => (fare % 2 === 0 ? 'even' : 'odd')),
      fare: [...values],
      day: values.map(String),
    }).writeParquet(path)
    return path
  })
  return { format: 'parquet', options: {}, files }
}

async function zoneFile(): Promise<InputFiles> {
  const path = join(folder, `zones-${count++}.csv`)
  await writeFile(path, 'zone,borough\nodd,Queens\neven,Bronx\n')
  return { format: 'csv', options: {}, files: [path] }
}

interface Made extends FrameResult {
  readonly path: string
}

async function make(
  asset: string,
  inputs: Readonly<Record<string, InputFiles>>,
  signal: AbortSignal = new AbortController().signal,
): Promise<Made> {
  const dataPath = join(folder, `${asset}-${count++}.parquet`)
  const result = await makeInThread({ appUrl, task: { asset, runId: 'run-1', inputs, dataPath } }, signal)
  return { ...result, path: dataPath }
}

test('R140 a frame asset reads Parquet, is made in a thread and written as Parquet with the columns of its schema', async () => {
  const trips = await tripFiles([3, 8], [5])

  const { path, rowsIn, rowCount } = await make('rides', { trips, zones: await zoneFile() })

  expect({ rowsIn, rowCount }).toEqual({ rowsIn: 5, rowCount: 3 })
  expect(pl.readParquet(path).toRecords()).toEqual([
    { borough: 'Queens', fare: 3 },
    { borough: 'Queens', fare: 5 },
    { borough: 'Bronx', fare: 8 },
  ])
})

test('R141 rows of an input that break its schema are refused with asset, file, row and what was expected', async () => {
  const trips = await tripFiles([3, 8], [5, -7])

  await expect(make('rides', { trips, zones: await zoneFile() })).rejects.toMatchObject({
    code: 'RECORD_INVALID',
    message: expect.stringMatching(
      /^asset "rides": "trips" has .* file ".*1\.parquet", row 1: \/fare must be .*got -7/,
    ),
  })
})

test('R141 what an asset returns is checked against its schema, columns and values', async () => {
  const trips = await tripFiles([1])

  await expect(make('negative', { trips })).rejects.toMatchObject({
    code: 'OUTPUT_SCHEMA_MISMATCH',
    message: expect.stringMatching(/^asset "negative" returned rows .* row 1: \/fare must be .*got -4$/),
  })
  await expect(make('textual', { trips })).rejects.toMatchObject({
    code: 'OUTPUT_SCHEMA_MISMATCH',
    message: expect.stringContaining('"borough" is missing'),
  })
})

test('R141 an op over frames is given the columns that it declares and no others', async () => {
  const { path } = await make('cheap', { all: await tripFiles([9, 2, 4]) })

  expect(pl.readParquet(path).toRecords()).toEqual([{ fare: 2 }])
})

test('an asset that throws is told by its name, and a thread that ends is too', async () => {
  await expect(make('broken', {})).rejects.toMatchObject({
    code: 'HANDLER_ERROR',
    message: 'asset "broken" could not be made: no such zone',
  })
  await expect(make('leaving', {})).rejects.toMatchObject({
    code: 'EXECUTOR_LOST',
    message: 'the thread that made asset "leaving" ended before it was done',
  })
})

test('an asset that nobody waits for any more is told, and its run ends at once', async () => {
  const stop = new AbortController()
  const made = make('waiting', {}, stop.signal)

  stop.abort(new Error('stopped'))

  await expect(made).rejects.toThrow('stopped')
})
