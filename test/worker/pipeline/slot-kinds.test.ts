import type { AnyStage, Isolation, StageConfig } from '@redesmyn/core'
import { afterEach, describe, expect, test } from 'vitest'
import { batchSize, busy, fragile, identity, patient } from '../../apps/numbers.ts'
import { NumbersWaiter, startStage, type StartedStage } from './start-stage.ts'

let started: StartedStage | undefined

afterEach(async () => {
  await started?.running.stop()
  started = undefined
})

function placed(stage: AnyStage, isolation: Isolation, change: Partial<StageConfig> = {}): AnyStage {
  const { config } = stage
  const threads = isolation === 'inline' ? 1 : config.threads
  return { ...stage, config: { ...config, threads, isolation, ...change } }
}

async function start(stage: AnyStage): Promise<StartedStage> {
  started = await startStage(stage)
  return started
}

function submit({ running }: StartedStage, stage: AnyStage, xs: readonly (readonly number[])[]) {
  const waiters = xs.map((rows) => new NumbersWaiter(stage, rows))
  const tickets = waiters.map((waiter) => running.submit(waiter))
  return { tickets, answers: waiters.map(({ answer }) => answer) }
}

/** What every kind of slot does alike. */
describe.each(['inline', 'thread', 'child'] as const)('a slot of the kind "%s"', (isolation) => {
  test('answers every row from its own, batch after batch, in memory that is used again', async () => {
    const stage = placed(identity, isolation)
    const parts = await start(stage)
    for (let round = 0; round < 20; round++) {
      const xs = Array.from({ length: 500 }, (_, index) => [round * 500 + index])
      const answers = await Promise.all(submit(parts, stage, xs).answers)
      expect(answers).toEqual(xs)
    }

    expect(parts.running.stats().rows.done).toBe(10_000)
    expect([parts.pool.slabsInUse, parts.running.stats().inFlightBatches]).toEqual([0, 0])
  })

  test('takes rows that come while it is busy as one batch', async () => {
    const stage = placed(batchSize, isolation)
    const parts = await start(stage)
    const { answers } = submit(
      parts,
      stage,
      Array.from({ length: 32 }, (_, x) => [x]),
    )

    expect(Math.max(...(await Promise.all(answers)).flat())).toBeGreaterThan(1)
    expect(parts.running.stats().batchRows.sum).toBe(32)
  })

  test('runs as many batches at once as its concurrency says, where the handler waits', async () => {
    const stage = placed(patient, isolation)
    const parts = await start(stage)
    const startedAt = performance.now()
    const { answers } = submit(parts, stage, [[100], [101], [102], [103]])

    expect(await Promise.all(answers)).toEqual([[100], [101], [102], [103]])
    const elapsedMs = performance.now() - startedAt
    expect(elapsedMs).toBeGreaterThan(195)
    expect(elapsedMs).toBeLessThan(390)
  })

  test('loses a batch whose handler throws, and nothing else', async () => {
    const stage = placed(fragile, isolation)
    const parts = await start(stage)
    const [failed] = submit(parts, stage, [[1]]).answers
    await expect(failed).rejects.toMatchObject({ code: 'HANDLER_ERROR' })
    const [next] = submit(parts, stage, [[5]]).answers

    await expect(next).resolves.toEqual([5])
    expect(parts.running.stats().restarts).toEqual([])
  })

  test('never runs rows that were cancelled before it began them', async () => {
    const stage = placed(patient, isolation, { concurrency: 1 })
    const parts = await start(stage)
    const first = submit(parts, stage, [[80]])
    await new Promise((resolve) => setTimeout(resolve, 20))
    const cancelled = submit(parts, stage, [[1], [2], [3]])
    const last = submit(parts, stage, [[4]])
    for (const ticket of cancelled.tickets) parts.running.cancel(ticket)

    await expect(Promise.all([...first.answers, ...last.answers])).resolves.toEqual([[80], [4]])
    expect(parts.running.stats().rows.done).toBe(2)
    expect(parts.pool.slabsInUse).toBe(0)
  })

  test('finishes what it has when the stage is drained', async () => {
    const stage = placed(busy, isolation)
    const parts = await start(stage)
    const { answers } = submit(parts, stage, [[30], [1], [1]])
    await parts.running.drain()

    await expect(Promise.all(answers)).resolves.toHaveLength(3)
    expect(parts.running.stats().inFlightBatches).toBe(0)
  })

  test('lets go at once when the stage is stopped', async () => {
    const stage = placed(patient, isolation)
    const parts = await start(stage)
    const [answer] = submit(parts, stage, [[5000]]).answers
    const refused = expect(answer).rejects.toMatchObject({ code: 'DRAINING' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const stoppedAt = performance.now()
    await parts.running.stop()

    await refused
    expect(performance.now() - stoppedAt).toBeLessThan(2500)
  })
})

test('inline, requests are read between two batches', async () => {
  const stage = placed(busy, 'inline', { batch: { ...busy.config.batch, maxRows: 1 } })
  const parts = await start(stage)
  let turns = 0
  const count = (): void => {
    turns++
    if (parts.running.stats().rows.done < 5) setImmediate(count)
  }
  setImmediate(count)
  await Promise.all(submit(parts, stage, [[5], [5], [5], [5], [5]]).answers)

  expect(turns).toBeGreaterThanOrEqual(5)
})
