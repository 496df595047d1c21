import type { AnyStage } from '@redesmyn/core'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { choosy, counting, exploding, passing, sifting } from '../../apps/batch-runs.ts'
import {
  batchCall,
  type PipelineUnderTest,
  points,
  rowBlock,
  startPipeline,
  takeAll,
  type TakenOutput,
} from './batch-pipeline-under-test.ts'

let started: PipelineUnderTest | undefined

afterEach(() => {
  started = undefined
})

async function run(stages: readonly AnyStage[], xs: ArrayLike<number>): Promise<readonly TakenOutput[]> {
  const pipeline = (started ?? (await start(stages, 65_536))).pipeline
  return await takeAll(await pipeline.run(batchCall(rowBlock(stages[0], points(xs)))))
}

async function start(stages: readonly AnyStage[], batchRows: number): Promise<PipelineUnderTest> {
  started = await startPipeline(stages, { batchRows })
  return started
}

describe('a stage that filters', () => {
  test('leaves rows out, and the rest goes on where it lies', async () => {
    const [{ rows, filteredRows, rejects }, ...rest] = await run([passing, sifting, counting], [1, 2, 3, 4, 5, 6, 7])

    expect(rows).toEqual([1, 3, 5].map((id) => ({ id, x: 3 })))
    expect([filteredRows, rejects, rest]).toEqual([4, [], []])
    expect(started?.pipeline.stats().map(({ copiedBytes }) => copiedBytes.get('holes') ?? 0)).toEqual([0, 0, 0])
  })

  test('may reject some of its rows as well, and leave nothing', async () => {
    const [{ rows, filteredRows, rejects }] = await run([sifting, counting], [1, -2, 3])

    expect([rows, filteredRows]).toEqual([[], 2])
    expect(rejects).toEqual([{ row: 1, stage: 'sifting', code: 'RECORD_INVALID', message: 'below zero' }])
    expect(started?.pipeline.heldBytes).toBe(0)
  })

  test('says in a script what it keeps', async () => {
    expect(await sifting(points([1, 2, 3, 4]))).toEqual([
      { id: 1, x: 2 },
      { id: 3, x: 4 },
    ])
  })
})

describe('a stage that explodes', () => {
  test('C49 makes a thousand rows of one in batches that stay as small as others', async () => {
    const outputs = await run([passing, exploding, counting], new Float64Array(500).fill(1000))

    const sizes = outputs.map(({ rows }) => rows.length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(500_000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536)
    expect(sizes.length).toBeLessThan(12)
    const inOrder = outputs.flatMap(({ rows }) => rows.map(({ id }) => Number(id)))
    expect(inOrder.every((id, index) => id === Math.floor(index / 1000))).toBe(true)
    expect(outputs.every(({ rows }) => rows.every(({ x }) => Number(x) <= 65_536))).toBe(true)
    expect(started?.pipeline.heldBytes).toBe(0)
  })

  test('hands out one row that is more than a batch in several', async () => {
    await start([exploding, counting], 100)

    const outputs = await run([exploding, counting], [1, 350, 2])

    expect(outputs.map(({ rows }) => rows.length)).toEqual([1, 100, 100, 100, 52])
    expect(outputs.flatMap(({ rows }) => rows.map(({ x }) => x))).toEqual([
      1,
      ...new Array<number>(300).fill(100),
      ...new Array<number>(52).fill(52),
    ])
  })

  test('takes all that came of a row with it when one of them is rejected', async () => {
    const outputs = await run([exploding, choosy], [2, 3, 2])

    expect(outputs.flatMap(({ rows }) => rows.map(({ id, x }) => [id, x]))).toEqual([
      [0, 0],
      [0, 1],
      [2, 5],
      [2, 6],
    ])
    expect(outputs.flatMap(({ rejects }) => rejects)).toMatchObject([{ row: 1, stage: 'choosy' }])
    expect(outputs.reduce((sum, { filteredRows }) => sum + filteredRows, 0)).toBe(0)
  })

  test('lets go of what was not asked for when the call is given up', async () => {
    const { pipeline } = await start([exploding], 100)
    const controller = new AbortController()
    let freed = 0

    const output = await pipeline.run(
      batchCall(rowBlock(exploding, points([300, 300])), { signal: controller.signal, onFree: () => freed++ }),
    )
    output.release()
    controller.abort(new Error('enough'))

    await expect(output.rest?.()).rejects.toThrow('enough')
    expect([pipeline.heldBytes, freed]).toEqual([0, 1])
  })
})

test('every row of a call comes out, is filtered or is rejected, whatever the stages do', async () => {
  const stages = [sifting, exploding, choosy]
  await start(stages, 64)
  const xs = fc.array(fc.oneof(fc.integer({ min: -1, max: 5 }), fc.constant(2)), { maxLength: 300 })

  await fc.assert(
    fc.asyncProperty(xs, async (given) => {
      const outputs = await run(stages, given)
      const out = new Set(outputs.flatMap(({ rows }) => rows.map(({ id }) => Number(id))))
      const rejected = outputs.flatMap(({ rejects }) => rejects.map(({ row }) => row))
      const filtered = outputs.reduce((sum, { filteredRows }) => sum + filteredRows, 0)
      expect(out.size + filtered + rejected.length).toBe(given.length)
      expect(rejected.filter((row) => out.has(row))).toEqual([])
      expect(new Set(rejected).size).toBe(rejected.length)
      expect(started?.pipeline.heldBytes).toBe(0)
    }),
    { numRuns: 60 },
  )
})
