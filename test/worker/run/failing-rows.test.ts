import type { AnyStage, Isolation } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { careful, fates, fragile, lying, named, passing } from '../../apps/batch-runs.ts'
import {
  batchCall,
  type PipelineUnderTest,
  points,
  rowBlock,
  startPipeline,
  take,
} from './batch-pipeline-under-test.ts'

let started: PipelineUnderTest | undefined

/** Rows that are well, but for some. */
function xsWith(rowCount: number, bad: Readonly<Record<number, number>>): Float64Array {
  const xs = Float64Array.from({ length: rowCount }, (_, index) => index + 100)
  for (const [row, x] of Object.entries(bad)) xs[Number(row)] = x
  return xs
}

async function run(stages: readonly AnyStage[], xs: Float64Array) {
  started = await startPipeline(stages)
  const output = await started.pipeline.run(batchCall(rowBlock(stages[0], points(xs))))
  const { rejects, filteredRows } = output
  return { rejects, filteredRows, rows: take(output) }
}

function restarts(stage: string): number {
  const stats = started?.pipeline.stats().find((one) => one.stage === stage)
  return stats?.restarts.reduce((sum, { count }) => sum + count, 0) ?? 0
}

/** How often the handler was called, as it has counted itself. */
function calls(stage: string): number {
  const stats = started?.pipeline.stats().find((one) => one.stage === stage)
  return stats?.series.find(({ name }) => name === 'calls')?.values[0] ?? 0
}

describe('a batch whose handler throws', () => {
  test('loses the row to blame and no other, after 2 log2(rows) + 2 calls at most', async () => {
    const xs = xsWith(65_536, { 40_321: fates.throws })

    const { rejects, rows } = await run([passing, fragile, named], xs)

    expect(rejects).toEqual([
      { row: 40_321, stage: 'fragile', code: 'HANDLER_ERROR', message: 'one of 1 rows is a one' },
    ])
    expect(rows.map(({ id }) => id)).toEqual(points(xs).flatMap(({ id }) => (id === 40_321 ? [] : id)))
    expect(rows.every(({ id, y }) => y === 2 * xs[Number(id)])).toBe(true)
    expect(calls('fragile')).toBeLessThanOrEqual(34)
    expect(JSON.parse(String(rows[0]['name']))).toMatchObject({ rowCount: 65_535, attempt: 1 })
    expect(started?.pipeline.heldBytes).toBe(0)
  })

  test('loses all rows that are to blame, wherever they are', async () => {
    const bad = { 0: fates.throws, 1: fates.refused, 500: fates.throws, 501: fates.rejected, 999: fates.throws }

    const { rejects, rows } = await run([fragile], xsWith(1000, bad))

    expect(rejects.map(({ row, code }) => [row, code])).toEqual([
      [0, 'HANDLER_ERROR'],
      [1, 'REQUEST_INVALID'],
      [500, 'HANDLER_ERROR'],
      [501, 'RECORD_INVALID'],
      [999, 'HANDLER_ERROR'],
    ])
    expect(rows).toHaveLength(995)
  })

  test('comes out the same however many threads there are', async () => {
    const xs = xsWith(5000, { 17: fates.throws, 3000: fates.rejected, 3001: fates.throws })
    const one = await run([{ ...fragile, declared: { ...fragile.declared, threads: 1 } }], xs)
    await started?.pipeline.stop('abort')
    const two = await run([fragile], xs)

    expect(two).toEqual(one)
  })

  test('of a stage whose calls must not be made twice is called once, and all its rows are rejected', async () => {
    const { rejects, rows } = await run([careful], xsWith(50, { 3: fates.throws }))

    expect(rejects).toHaveLength(50)
    expect(rejects[49]).toEqual({ row: 49, stage: 'careful', code: 'HANDLER_ERROR', message: 'not again' })
    expect([rows.length, calls('careful')]).toEqual([0, 1])
  })

  test('fails as a whole where no row is to blame', async () => {
    await expect(run([fragile], xsWith(50, { 3: fates.remote }))).rejects.toMatchObject({ code: 'HANDOFF_FAILED' })
    expect([calls('fragile'), started?.pipeline.heldBytes]).toEqual([1, 0])
    await started?.pipeline.stop('abort')

    await expect(run([lying], xsWith(50, {}))).rejects.toMatchObject({ code: 'HANDLER_OUTPUT_MISMATCH' })
  })
})

describe('a batch that is not answered', { timeout: 60_000 }, () => {
  test.each(['thread', 'child'] as const)('loses the row that ends its %s, after two ends', async (isolation) => {
    const { rejects, rows } = await run([placed(isolation)], xsWith(256, { 77: fates.ends }))

    expect(rejects).toMatchObject([{ row: 77, stage: 'fragile', code: 'EXECUTOR_LOST' }])
    expect(rows).toHaveLength(255)
    // Twice with the whole batch, once with each half, twice alone.
    expect(restarts('fragile')).toBe(2 + 7 + 2)
  })

  test('loses the row that aborts its process', async () => {
    const { rejects, rows } = await run([placed('child')], xsWith(16, { 15: fates.aborts }))

    expect(rejects).toMatchObject([{ row: 15, code: 'EXECUTOR_LOST' }])
    expect([rows.length, restarts('fragile')]).toEqual([15, 2 + 3 + 2])
  })

  test('loses the row that takes longer than the stage has', async () => {
    const { rejects, rows } = await run([fragile], xsWith(64, { 5: fates.loops }))

    expect(rejects).toMatchObject([{ row: 5, stage: 'fragile', code: 'DEADLINE_EXCEEDED' }])
    expect(rows).toHaveLength(63)
  })

  // In children: the many threads would be those of the test's own process.
  test('fails where every row ends its process', { timeout: 120_000 }, async () => {
    await expect(run([placed('child')], new Float64Array(512).fill(fates.ends))).rejects.toMatchObject({
      code: 'EXECUTOR_LOST',
    })
    expect(restarts('fragile')).toBeLessThan(60)
  })
})

function placed(isolation: Isolation): AnyStage {
  return { ...fragile, declared: { ...fragile.declared, isolation } }
}
