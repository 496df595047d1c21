import { fileURLToPath } from 'node:url'
import type { AnyStage } from '@redesmyn/core'
import { type BatchPipeline, type BatchPipelineOptions, openBatchPipeline } from '@redesmyn/worker'
import { afterEach, expect, test } from 'vitest'
import { behind, byBoth, byRegion, pass, repeat, tell, twice } from '../../apps/partitioned.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { TestLog } from '../pipeline/start-stage.ts'
import { batchCall, rowBlock, take, takeAll } from './batch-pipeline-under-test.ts'
import { bundleOnce } from '../../apps/bundle-once.ts'

/** As a type alone it has the index signature that records need. */
type Reading = Readonly<Record<'sensor' | 'value', number> & { region: string }>

const opened: BatchPipeline[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((pipeline) => pipeline.stop('abort')))
})

async function open(stages: readonly AnyStage[], options: Partial<BatchPipelineOptions> = {}): Promise<BatchPipeline> {
  const app = await bundleOnce(fileURLToPath(new URL('../../apps/partitioned.ts', import.meta.url)))
  const logging = { level: 'silent', format: 'json', file: undefined } as const
  const pipeline = await openBatchPipeline({ stages, app, log: new TestLog(), logging, threads: 2, ...options })
  opened.push(pipeline)
  return pipeline
}

function readings(count: number, regions = ['north', 'south', 'east']): readonly Reading[] {
  const random = new SeededRandom(77)
  return Array.from({ length: count }, (_, value) => {
    return { region: regions[random.below(regions.length)], sensor: random.below(3), value: value + 0.25 }
  })
}

function toldOf({ region, value }: Reading) {
  return { value, regions: region, params: JSON.stringify({ region }) }
}

function copiedBytes(pipeline: BatchPipeline): number {
  return pipeline.stats().reduce((sum, { copiedBytes: counts }) => sum + (counts.get('join') ?? 0), 0)
}

test('C77 a batch of several regions is split, each call sees one of them, and the output is in the order of the input', async () => {
  const rows = readings(5000)
  const pipeline = await open([byRegion])

  const output = await pipeline.run(batchCall(rowBlock(byRegion, rows)))

  expect(take(output)).toMatchObject(rows.map(toldOf))
})

test('C77 a tuple of columns is one key', async () => {
  const rows = readings(500)
  const pipeline = await open([byBoth])

  const output = await pipeline.run(batchCall(rowBlock(byBoth, rows)))

  expect(take(output)).toMatchObject(
    rows.map(({ region, sensor, value }) => {
      return { value, regions: region, sensors: `${sensor}`, params: JSON.stringify({ region, sensor: `${sensor}` }) }
    }),
  )
})

test('C77 rows that are rejected keep their numbers, and those to blame for a call that throws are found', async () => {
  const rows = readings(400).map((row, index) => (index % 50 === 7 ? { ...row, value: -row.value } : row))
  const bad = rows.map((row, index) => (index === 123 ? { ...row, value: 666 } : row))
  const pipeline = await open([byRegion])

  const output = await pipeline.run(batchCall(rowBlock(byRegion, bad)))

  const lost = [...rows.keys()].filter((index) => index % 50 === 7 || index === 123)
  expect(output.rejects.map(({ row }) => row)).toEqual(lost)
  expect(output.rejects.every(({ stage }) => stage === byRegion.name)).toBe(true)
  expect(take(output)).toMatchObject(bad.filter((_, index) => !lost.includes(index)).map(toldOf))
})

test('a partition behind other stages, and the stages behind one, are told of it', async () => {
  const rows = readings(300)
  const [middle, whole] = [await open(behind.stages), await open(twice.stages)]

  const fromMiddle = take(await middle.run(batchCall(rowBlock(pass, rows))))
  const fromWhole = take(await whole.run(batchCall(rowBlock(twice.stages[0], rows))))

  expect(fromMiddle).toMatchObject(rows.map(toldOf))
  expect(fromWhole).toMatchObject(rows.map(toldOf))
})

test('columns that no stage takes can keep rows apart', async () => {
  const rows = readings(300)
  const pipeline = await open([tell], { partitionBy: ['sensor'] })

  const output = await pipeline.run(batchCall(rowBlock(tell, rows)))

  expect(take(output)).toMatchObject(
    rows.map(({ sensor, value }) => ({ value, sensors: `${sensor}`, params: JSON.stringify({ sensor: `${sensor}` }) })),
  )
})

test('the partition of a part is told beside that of the rows', async () => {
  const rows = readings(10, ['north'])
  const pipeline = await open([byRegion])

  const output = await pipeline.run(batchCall(rowBlock(byRegion, rows), { partition: { month: '2026-01' } }))

  expect(take(output)[0]).toMatchObject({ params: '{"month":"2026-01","region":"north"}' })
})

test('rows that become many stay behind the row they come from', async () => {
  const rows = readings(2000)
  const pipeline = await open([repeat], { batchRows: 2048 })

  const outputs = await takeAll(await pipeline.run(batchCall(rowBlock(repeat, rows))))

  const expected = rows.flatMap((row) => Array.from({ length: row.sensor }, () => toldOf(row)))
  expect(outputs.flatMap(({ rows: given }) => given)).toMatchObject(expected)
})

test('rows of one region are not copied, those of several once apart and once together', async () => {
  const [alone, apart] = [await open([byRegion]), await open([byRegion])]

  take(await alone.run(batchCall(rowBlock(byRegion, readings(64, ['north'])))))
  take(await apart.run(batchCall(rowBlock(byRegion, readings(64)))))

  expect(copiedBytes(alone)).toBe(0)
  expect(copiedBytes(apart)).toBeGreaterThan(0)
  expect([alone.heldBytes, apart.heldBytes]).toEqual([0, 0])
})

test('the same rows give the same answers in whatever order their regions come', async () => {
  const pipeline = await open([byRegion])
  const random = new SeededRandom(5)
  const rows = readings(200)

  for (let time = 0; time < 10; time++) {
    const shuffled = rows.toSorted(() => random.below(3) - 1)
    const output = take(await pipeline.run(batchCall(rowBlock(byRegion, shuffled))))

    expect(output).toMatchObject(shuffled.map(toldOf))
  }
})

test('a run that is given up while partitions are on their way lets go of all they hold', async () => {
  const stop = new AbortController()
  const pipeline = await open([byRegion])

  const running = pipeline.run(batchCall(rowBlock(byRegion, readings(5000)), { signal: stop.signal }))
  stop.abort(new Error('enough'))

  await expect(running).rejects.toThrow('enough')
  await pipeline.stop('drain')
  expect(pipeline.heldBytes).toBe(0)
})
