import { describe, expect, test } from 'vitest'
import { even, fragile, named, passing } from '../../apps/batch-runs.ts'
import { batchCall, points, rowBlock, startPipeline, take } from './batch-pipeline-under-test.ts'

describe('a batch of a run', () => {
  test('is one batch in every stage, and comes out in its order', async () => {
    const started = await startPipeline([passing, fragile, named], { batchRows: 10_000 })
    const rows = points(Float64Array.from({ length: 10_000 }, (_, index) => index + 10))
    let isFree = 0

    const output = await started.pipeline.run(
      batchCall(rowBlock(passing, rows), { partition: { day: 'monday' }, onFree: () => isFree++ }),
    )

    expect([output.filteredRows, output.rejects]).toEqual([0, []])
    const taken = take(output)
    expect(taken.map(({ id, y }) => [id, y])).toEqual(rows.map(({ id, x }) => [id, 2 * x]))
    expect(JSON.parse(String(taken[77]['name']))).toEqual({
      params: { day: 'monday' },
      attempt: 1,
      idempotencyKey: 'part-0/batch-0',
      maxRows: 10_000,
      deadlineMs: null,
      stage: 'named',
      rowCount: 10_000,
    })
    expect(isFree).toBe(1)
    expect(started.pipeline.stats().map(({ batchRows }) => batchRows.sum)).toEqual([10_000, 10_000, 10_000])
  })

  test('leaves nothing behind once it is released', async () => {
    const started = await startPipeline([passing, fragile, named], { batchRows: 500 })
    const { pipeline } = started
    const block = rowBlock(passing, points(new Float64Array(500).fill(10)))
    let freed = 0

    const outputs = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        return pipeline.run(batchCall(block, { idempotencyKey: `${index}`, onFree: () => freed++ }))
      }),
    )
    for (const output of outputs) expect(take(output)).toHaveLength(500)

    expect([pipeline.heldBytes, freed]).toEqual([0, 40])
  })

  test('rows that a handler rejects go no further, and the others close up', async () => {
    const started = await startPipeline([passing, fragile, named])
    const xs = Float64Array.from({ length: 1000 }, (_, index) => (index % 100 === 7 ? 4 : index + 10))

    const output = await started.pipeline.run(batchCall(rowBlock(passing, points(xs))))

    const rejected = Array.from({ length: 10 }, (_, index) => index * 100 + 7)
    expect(output.rejects).toEqual(
      rejected.map((row) => ({ row, stage: 'fragile', code: 'RECORD_INVALID', message: `row ${row} is a four` })),
    )
    expect(take(output).map(({ id }) => id)).toEqual(points(xs).flatMap(({ id, x }) => (x === 4 ? [] : id)))
    expect(started.pipeline.heldBytes).toBe(0)
  })

  test('is taken apart for a stage whose calls may not mix shapes, and put together in its order', async () => {
    const started = await startPipeline([even])
    const lists = [[1], [1, 2], [], [3], [-1, 2], [4], [5, 6]]
    const rows = lists.map((values, id) => ({ id, values }))

    const output = await started.pipeline.run(batchCall(rowBlock(even, rows)))

    expect(output.rejects).toMatchObject([{ row: 4, stage: 'even', code: 'RECORD_INVALID' }])
    expect(take(output).map(({ id, length, rowCount, key }) => [id, length, rowCount, key])).toEqual([
      [0, 1, 3, 'part-0/batch-0/key-0'],
      [1, 2, 3, 'part-0/batch-0/key-1'],
      [2, 0, 1, 'part-0/batch-0/key-2'],
      [3, 1, 3, 'part-0/batch-0/key-0'],
      [5, 1, 3, 'part-0/batch-0/key-0'],
      [6, 2, 3, 'part-0/batch-0/key-1'],
    ])
    expect(started.pipeline.heldBytes).toBe(0)
  })
})
