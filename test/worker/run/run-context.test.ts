import { type AnyStage, type Isolation, overrideStage } from '@redesmyn/core'
import { describe, expect, test, vi } from 'vitest'
import { choosy, counting, fates, flaky, forgetful, fragile, named, passing } from '../../apps/batch-runs.ts'
import { batchCall, points, rowBlock, startPipeline, take } from './batch-pipeline-under-test.ts'

function placed(stage: AnyStage, isolation: Isolation): AnyStage {
  const { threads: _threads, ...declared } = stage.declared
  return { ...stage, declared: { ...declared, isolation } }
}

describe.each(['inline', 'thread', 'child'] as const)('a stage of a run with the isolation "%s"', (isolation) => {
  test('C5 tells its handler the same of a batch as any other', async () => {
    const doubled = points([1, 2, 3]).map(({ id, x }) => ({ id, y: x }))
    const started = await startPipeline([placed(named, isolation)], { batchRows: 8 })

    const output = await started.pipeline.run(
      batchCall(rowBlock(named, doubled), { partition: { day: 'monday' }, traceparent }),
    )

    const [{ name }] = take(output)
    expect(JSON.parse(String(name))).toEqual({
      params: { day: 'monday' },
      attempt: 1,
      idempotencyKey: 'part-0/batch-0',
      maxRows: 8,
      deadlineMs: null,
      traceparent: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-/),
      stage: 'named',
      rowCount: 3,
    })
  })

  test('rejects rows once, by name and with the message, and what comes behind never sees them', async () => {
    const started = await startPipeline([placed(fragile, isolation), named])

    const output = await started.pipeline.run(batchCall(rowBlock(fragile, points([10, fates.rejected, 11]))))

    expect(output.rejects).toEqual([{ row: 1, stage: 'fragile', code: 'RECORD_INVALID', message: 'row 1 is a four' }])
    expect(take(output).map(({ id, y }) => [id, y])).toEqual([
      [0, 20],
      [2, 22],
    ])
  })
})

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

describe('a promise that a handler leaves to itself', () => {
  test.each(['thread', 'child'] as const)(
    'C91 is an error of the handler when it rejects, not the end of its %s',
    async (isolation) => {
      const started = await startPipeline([placed(forgetful, isolation)])

      const output = await started.pipeline.run(batchCall(rowBlock(forgetful, points([5, 1, 6, 7]))))

      expect(output.rejects).toEqual([{ row: 1, stage: 'forgetful', code: 'HANDLER_ERROR', message: 'nobody looks' }])
      expect(take(output).map(({ id }) => id)).toEqual([0, 2, 3])
      expect(started.pipeline.stats()[0].restarts).toEqual([])
    },
  )

  test('C91 ten thousand failures leave as many threads as there were', { timeout: 120_000 }, async () => {
    const started = await startPipeline([fragile, forgetful], { batchRows: 64 })
    const { pipeline } = started
    const before = threadCount()

    let rejected = 0
    for (let round = 0; round < 20; round++) {
      const blocks = Array.from({ length: 8 }, () => rowBlock(fragile, points(new Float64Array(64).fill(fates.throws))))
      const outputs = await Promise.all(blocks.map((block) => pipeline.run(batchCall(block))))
      for (const { rejects, release } of outputs) {
        rejected += rejects.length
        release()
      }
    }

    expect(rejected).toBe(20 * 8 * 64)
    expect([threadCount() - before, pipeline.heldBytes]).toEqual([0, 0])
    expect(pipeline.stats().flatMap(({ restarts }) => restarts)).toEqual([])
  })
})

function threadCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
}

test('R125 what one stage says of threads, batches, time and retries holds for that stage alone', async () => {
  const free = { ...choosy, declared: { ...choosy.declared, threads: undefined } }
  const small = overrideStage(counting, [{ place: 'here', stage: 'counting', options: { batch: { maxRows: 4 } } }])
  const started = await startPipeline([free, flaky, small, passing], { batchRows: 10, threads: 3 })
  const { pipeline } = started
  const block = rowBlock(flaky, points(new Float64Array(10).fill(1)))

  const outputs = await Promise.all(Array.from({ length: 6 }, () => pipeline.run(batchCall(block))))

  expect(outputs.map((output) => [output.rejects, take(output).map(({ x }) => x)])).toEqual(
    outputs.map(() => [[], [4, 4, 4, 4, 4, 4, 4, 4, 2, 2]]),
  )
  const stats = pipeline.stats().map(({ stage, servingSlots, handlerMs }) => [stage, servingSlots, handlerMs.count])
  expect(stats).toEqual([
    ['choosy', 3, 6],
    ['flaky', 1, 6],
    ['counting', 1, 18],
    ['passing', 1, 6],
  ])
})

describe('a call that is ended', () => {
  test('rejects with the reason of its signal, and its memory comes back', async () => {
    const started = await startPipeline([fragile], { batchRows: 10 })
    const { pipeline } = started
    const controller = new AbortController()
    const reason = new Error('enough')
    let onFree = (): void => undefined
    const freed = new Promise<void>((resolve) => (onFree = resolve))
    const ran = pipeline.run(batchCall(rowBlock(fragile, points([fates.loops])), { signal: controller.signal, onFree }))
    const failed = expect(ran).rejects.toBe(reason)

    controller.abort(reason)
    await failed
    await freed

    await expect.poll(() => pipeline.heldBytes, { timeout: 20_000 }).toBe(0)
    const next = await pipeline.run(batchCall(rowBlock(fragile, points([10]))))
    expect(take(next)).toEqual([{ id: 0, y: 20 }])
  })

  test('is finished by a drain, and nothing is begun behind it', async () => {
    const started = await startPipeline([passing, fragile])
    const { pipeline } = started
    const block = rowBlock(passing, points([10, 11]))

    const begun = pipeline.run(batchCall(block))
    const stopped = pipeline.stop('drain')
    const late = pipeline.run(batchCall(block))

    await expect(late).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' })
    expect(take(await begun)).toHaveLength(2)
    await stopped
  })

  test('counts as work of its stage before it has ended', async () => {
    const { pipeline } = await startPipeline([{ ...fragile, config: { ...fragile.config, timeoutMs: undefined } }])
    const endless = pipeline.run(batchCall(rowBlock(fragile, points([fates.loops]))))
    const failed = expect(endless).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' })

    await vi.waitFor(() => expect(pipeline.stats()[0].openMs).toBeGreaterThan(100))
    await pipeline.stop('abort')

    await failed
    expect(pipeline.stats()[0].openMs).toBe(0)
  })

  test.each(['waits', 'runs'])(
    'fails when the stages are ended while it %s, and its memory comes back',
    async (state) => {
      const started = await startPipeline([fragile])
      const { pipeline } = started
      let freed = 0
      const block = rowBlock(fragile, points([fates.loops]))

      const begun = pipeline.run(batchCall(block, { onFree: () => freed++ }))
      const failed = expect(begun).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' })
      if (state === 'runs') await vi.waitFor(() => expect(pipeline.stats()[0].inFlightBatches).toBe(1))
      await pipeline.stop('abort')

      await failed
      expect([freed, pipeline.heldBytes]).toEqual([1, 0])
    },
  )
})
