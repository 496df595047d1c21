import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { column, compileRecordSchema } from '@redesmyn/core'
import { type BatchPipeline, openBatchPipeline } from '@redesmyn/worker'
import { Type } from 'typebox'
import { afterEach, beforeEach, expect, test } from 'vitest'
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

/** The app's models are told where to look by what it finds in the environment, anew in each test. */
async function open(entries: number, threads: number, affinity: 'on' | 'off' = 'off'): Promise<BatchPipeline> {
  Object.assign(process.env, {
    REGIONAL_AFFINITY: affinity,
    REGIONAL: folder,
    REGIONAL_ENTRIES: `${entries}`,
    REGIONAL_THREADS: `${threads}`,
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

async function events(word: string): Promise<readonly string[]> {
  const lines = (await readFile(join(folder, 'events.txt'), 'utf8')).split('\n')
  return lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length + 1))
}

test('C81 the region of a row picks its model, which a thread loads once', async () => {
  await open(128, 1)
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
  await open(128, 2)

  await run(Array.from({ length: 200 }, (_, index) => 'abcde'[index % 5]))

  const calls = await events('run')
  expect(calls.length).toBeGreaterThanOrEqual(5)
  expect(calls.every((call) => call.split(' ')[0] === call.split(' ')[1])).toBe(true)
})

test('R139 with affinity a region is always in the same thread, and its model is loaded once of all of them', async () => {
  await open(128, 4, 'on')
  const regions = Array.from({ length: 500 }, (_, index) => 'abcde'[(index * 3) % 5])

  await Promise.all(Array.from({ length: 12 }, () => run(regions)))

  expect((await events('load')).map((event) => event.slice(0, 1)).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect((await events('run')).length).toBeGreaterThanOrEqual(60)
})

test('C82 the model that was used longest ago makes room, and is loaded again when it is wanted', async () => {
  await open(2, 1)

  for (const region of ['a', 'b', 'a', 'c', 'a', 'b']) await run([region, region])

  expect(await events('load')).toEqual(['a 1', 'b 1', 'c 1', 'b 1'])
  expect(await events('dispose')).toEqual(['b 0', 'c 0'])
})

// What another thread lets go of goes while the next one is loaded.
test.each([
  [1, 2],
  [2, 3],
])(
  'C82 of %i threads none disposes of a model in use, and they hold %i at most where 2 may be',
  async (threads, limit) => {
    await open(2, threads)
    const regions = Array.from({ length: 500 }, (_, index) => 'abcde'[(index * 3) % 5])

    const outputs = await Promise.all(Array.from({ length: 8 }, () => run(regions)))

    expect(outputs.map((output) => output?.rejects)).toEqual(outputs.map(() => []))
    expect((await events('dispose')).every((event) => event.endsWith(' 0'))).toBe(true)
    let held = 0
    let most = 0
    for (const line of (await readFile(join(folder, 'events.txt'), 'utf8')).split('\n')) {
      if (line.startsWith('load')) most = Math.max(most, ++held)
      if (line.startsWith('dispose')) held--
    }
    expect(most).toBeLessThanOrEqual(limit)
  },
)

test('rows of a region without a model are rejected, and of one that leads elsewhere', async () => {
  await open(128, 1)

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
  await open(128, 1)

  await expect(run(['a', 'broken'])).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' })
  expect(pipeline?.heldBytes).toBe(0)
})
