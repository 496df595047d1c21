import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { column, compileRecordSchema } from '@redesmyn/core'
import { type BatchPipeline, openBatchPipeline } from '@redesmyn/worker'
import { Type } from 'typebox'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { homeSlot } from '../../../packages/worker/dist/pipeline/home-slot.js'
import { TestLog } from '../pipeline/start-stage.ts'
import { batchCall, rowBlock, take } from './batch-pipeline-under-test.ts'
import { bundleOnce } from '../../apps/bundle-once.ts'

let folder: string
let pipeline: BatchPipeline | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regional-'))
  const weights = { a: 1, b: 2, c: 3, d: 4, e: 5, broken: 'none' }
  for (const [region, weight] of Object.entries(weights)) await writeFile(join(folder, `${region}.txt`), `${weight}`)
})
afterEach(async () => {
  await pipeline?.stop('abort')
  await rm(folder, { recursive: true })
})

const reading = compileRecordSchema(
  Type.Object({ id: column.int32(), region: Type.String(), x: Type.Number() }),
  'a reading',
)

interface Opened {
  readonly entries?: number
  readonly bytes?: number
  readonly threads: number
  readonly affinity?: 'on' | 'off'
  /** How long a call keeps its thread busy. */
  readonly spinMs?: number
}

/** The app's models are told where to look by what it finds in the environment, anew in each test. */
async function open({
  entries = 128,
  bytes = 1e6,
  threads,
  affinity = 'off',
  spinMs = 0,
}: Opened): Promise<BatchPipeline> {
  Object.assign(process.env, {
    REGIONAL_AFFINITY: affinity,
    REGIONAL: folder,
    REGIONAL_ENTRIES: `${entries}`,
    REGIONAL_BYTES: `${bytes}`,
    REGIONAL_THREADS: `${threads}`,
    REGIONAL_SPIN_MS: `${spinMs}`,
  })
  const bundled = await bundleOnce(fileURLToPath(new URL('../../apps/regional.ts', import.meta.url)))
  const { models, weigh }: typeof import('../../apps/regional.ts') = (await import(`${bundled.url}?${folder}`)).app
  const logging = { level: 'silent', format: 'json', file: undefined } as const
  pipeline = await openBatchPipeline({
    stages: [weigh],
    app: bundled,
    log: new TestLog(),
    logging,
    partitionBy: ['region'],
    models: { cache: models, number: 0, stage: 'weigh' },
  })
  return pipeline
}

async function run(regions: readonly string[]) {
  const rows = regions.map((region, id) => ({ id, region, x: id + 0.5 }))
  const block = rowBlock({ input: reading } as Parameters<typeof rowBlock>[0], rows)
  return await pipeline?.run(batchCall(block))
}

/** Begins empty: a thread makes the file when something befalls it. */
async function events(word: string): Promise<readonly string[]> {
  const lines = (await readFile(join(folder, 'events.txt'), { encoding: 'utf8', flag: 'a+' })).split('\n')
  return lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length + 1))
}

test('C81 the region of a row picks its model, which a thread loads once', async () => {
  await open({ threads: 1 })
  const regions = Array.from({ length: 300 }, (_, index) => 'abcde'[(index * 7) % 5])

  const outputs = [await run(regions), await run(regions)]

  for (const output of outputs) {
    expect(output && take(output)).toMatchObject(
      regions.map((region, id) => ({ id, region, y: Math.sin(id + 0.5) * ('abcde'.indexOf(region) + 1) })),
    )
  }
  expect((await events('load')).toSorted()).toEqual(['a 1', 'b 1', 'c 1', 'd 1', 'e 1'])
  expect(await events('dispose')).toEqual([])
})

test('C81 every call gets one region, with its own model', async () => {
  await open({ threads: 2 })

  await run(Array.from({ length: 200 }, (_, index) => 'abcde'[index % 5]))

  const calls = await events('run')
  expect(calls.length).toBeGreaterThanOrEqual(5)
  expect(calls.every((call) => call.split(' ')[0] === call.split(' ')[1])).toBe(true)
})

test('R139 with affinity a region is always in the same thread, and its model is loaded once of all of them', async () => {
  await open({ threads: 4, affinity: 'on' })
  const regions = Array.from({ length: 500 }, (_, index) => 'abcde'[(index * 3) % 5])

  await Promise.all(Array.from({ length: 12 }, () => run(regions)))

  expect((await events('load')).map((event) => event.slice(0, 1)).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect((await events('run')).length).toBeGreaterThanOrEqual(60)
})

test('C82 the model that was used longest ago makes room, and is loaded again when it is wanted', async () => {
  await open({ entries: 2, threads: 1 })

  for (const region of ['a', 'b', 'a', 'c', 'a', 'b']) await run([region, region])

  expect(await events('load')).toEqual(['a 1', 'b 1', 'c 1', 'b 1'])
  expect(await events('dispose')).toEqual(['b 0', 'c 0'])
})

/** The most that threads have held at once, by what each model counts. */
async function mostHeld(sizeOf: (region: string) => number): Promise<number> {
  let held = 0
  let most = 0
  for (const line of (await readFile(join(folder, 'events.txt'), 'utf8')).split('\n')) {
    const [word, region] = line.split(' ')
    if (word === 'load') most = Math.max(most, (held += sizeOf(region)))
    if (word === 'dispose') held -= sizeOf(region)
  }
  return most
}

// What another thread runs with stays, also where a model has to be loaded beside it.
test.each([
  [1, 2],
  [2, 3],
])(
  'C82 of %i threads none disposes of a model in use, and they hold %i at most where 2 may be',
  async (threads, limit) => {
    await open({ entries: 2, threads })
    const regions = Array.from({ length: 500 }, (_, index) => 'abcde'[(index * 3) % 5])

    const outputs = await Promise.all(Array.from({ length: 8 }, () => run(regions)))

    expect(outputs.map((output) => output?.rejects)).toEqual(outputs.map(() => []))
    expect((await events('dispose')).every((event) => event.endsWith(' 0'))).toBe(true)
    expect(await mostHeld(() => 1)).toBeLessThanOrEqual(limit)
  },
)

test('C82 a thread never holds more bytes of models than maxBytes, and disposes of none that is in use', async () => {
  const sizes = new Map(Object.entries({ a: 10, b: 4, c: 10, d: 6, e: 14 }))
  for (const [region, bytes] of sizes) await writeFile(join(folder, `${region}.txt`), '1'.padEnd(bytes))
  await open({ bytes: 20, threads: 1 })
  const regions = Array.from({ length: 500 }, (_, index) => 'abcde'[(index * 3) % 5])

  const outputs = await Promise.all(Array.from({ length: 8 }, () => run(regions)))

  expect(outputs.map((output) => output?.rejects)).toEqual(outputs.map(() => []))
  expect((await events('dispose')).every((event) => event.endsWith(' 0'))).toBe(true)
  expect(await mostHeld((region) => sizes.get(region) ?? 0)).toBe(20)
})

test('C82 a thread loads no model before the one that makes room is gone, though that is in another thread', async () => {
  const at = (home: number) => 'abcdefgh'.split('').filter((region) => homeSlot({ region }, 2) === home)
  const [busy, oldest] = at(1)
  const [wanted] = at(2)
  for (const region of [busy, oldest, wanted]) await writeFile(join(folder, `${region}.txt`), '1')
  await open({ entries: 2, threads: 2, affinity: 'on', spinMs: 300 })
  await run([oldest])
  await run([busy])

  const spinning = run([busy])
  await vi.waitUntil(async () => (await events('run')).length === 3)
  await Promise.all([spinning, run([wanted])])

  const lines = (await readFile(join(folder, 'events.txt'), 'utf8')).split('\n')
  expect(lines.filter((line) => /^(load|dispose)/.test(line))).toEqual([
    `load ${oldest} 1`,
    `load ${busy} 1`,
    `dispose ${oldest} 0`,
    `load ${wanted} 2`,
  ])
})

test('C82 a model that is larger than maxBytes fails the call, and is not loaded', async () => {
  await writeFile(join(folder, 'b.txt'), '2'.padEnd(21))
  await open({ bytes: 20, threads: 1 })

  await expect(run(['a', 'b'])).rejects.toMatchObject({
    code: 'MODEL_LOAD_FAILED',
    message: expect.stringContaining('the model "/b.txt" has 21 bytes, the cache takes 20'),
  })
  expect((await events('load')).filter((event) => event.startsWith('b'))).toEqual([])
})

test('rows of a region without a model are rejected, and of one that leads elsewhere', async () => {
  await open({ threads: 1 })

  const output = await run(['a', 'nowhere', 'b', '../a', '', 'nowhere'])

  expect(output?.rejects).toMatchObject([
    { row: 1, stage: 'weigh', code: 'MODEL_NOT_FOUND' },
    { row: 3, stage: 'weigh', code: 'PARAMETER_INVALID' },
    { row: 4, stage: 'weigh', code: 'PARAMETER_INVALID' },
    { row: 5, stage: 'weigh', code: 'MODEL_NOT_FOUND' },
  ])
  expect(output && take(output)).toMatchObject([
    { id: 0, region: 'a' },
    { id: 2, region: 'b' },
  ])
})

test('a model that cannot be loaded fails the call: no row is to blame', async () => {
  await open({ threads: 1 })

  await expect(run(['a', 'broken'])).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' })
  // What the rows of the other model wait in is freed at the end of a turn.
  await vi.waitUntil(() => pipeline?.heldBytes === 0)
})
