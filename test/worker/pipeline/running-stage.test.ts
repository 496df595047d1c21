import { afterEach, describe, expect, test } from 'vitest'
import { uneven } from '../../apps/batching.ts'
import { batchSize, busy, fragile, halved, identity, patient } from '../../apps/numbers.ts'
import { NumbersWaiter, startStage, type StartedStage } from './start-stage.ts'

let started: StartedStage | undefined

afterEach(async () => {
  await started?.running.stop()
  started = undefined
})

describe('a running stage', () => {
  test('R061 after a million requests no slab is in use, and every answer came from its own rows', async () => {
    started = await startStage(identity)
    const { running, pool } = started
    const perRound = 2000
    for (let round = 0; round < 500; round++) {
      const waiters = Array.from(
        { length: perRound },
        (_, index) => new NumbersWaiter(identity, [round * perRound + index]),
      )
      for (const waiter of waiters) running.submit(waiter)
      const answers = await Promise.all(waiters.map(({ answer }) => answer))
      const wrong = answers.findIndex(([y], index) => y !== round * perRound + index)
      expect(wrong).toBe(-1)
    }

    expect(running.stats().rows.done).toBe(1_000_000)
    expect([pool.slabsInUse, pool.bytesInUse, running.stats().queuedRows]).toEqual([0, 0, 0])
  }, 60_000)

  test('M65 rows that come while a thread is busy share a batch, and the sizes are counted', async () => {
    started = await startStage(batchSize)
    const { running } = started
    const waiters = Array.from({ length: 32 }, (_, x) => new NumbersWaiter(batchSize, [x]))
    for (const waiter of waiters) running.submit(waiter)
    const answers = await Promise.all(waiters.map(({ answer }) => answer))

    expect(Math.max(...answers.flat())).toBeGreaterThan(1)
    expect(running.stats().batchRows.sum).toBe(32)
  })

  test('a slow batch never holds back rows that an idle thread could take', async () => {
    started = await startStage(identity)
    const { running } = started
    const first = Array.from({ length: 50 }, (_, x) => new NumbersWaiter(identity, [x]))
    for (const waiter of first) running.submit(waiter)
    await Promise.all(first.map(({ answer }) => answer))
    const second = Array.from({ length: 600 }, (_, x) => new NumbersWaiter(identity, [x]))
    for (const waiter of second) running.submit(waiter)

    await expect(Promise.all(second.map(({ answer }) => answer))).resolves.toHaveLength(600)
  })

  test('M72 what a slow thread has not begun is run by one that is idle', async () => {
    started = await startStage(uneven, 'batching.ts')
    const { running } = started
    const order: number[] = []
    const send = async (x: number) => {
      const waiter = new NumbersWaiter(uneven, [x])
      running.submit(waiter)
      await waiter.answer
      order.push(x)
    }
    // A handler that is known to be fast is given its next batch beforehand.
    for (let round = 0; round < 20; round++) await send(0)
    order.length = 0

    const slow = send(1000)
    const others = Array.from({ length: 40 }, () => send(0))
    await Promise.all([slow, ...others])

    expect(order).toEqual([...Array(40).fill(0), 1000])
  })

  test('an async handler runs as many batches at once as its concurrency says, and no more', async () => {
    started = await startStage(patient)
    const { running } = started
    const startedAt = performance.now()
    const waiters = [100, 101, 102, 103].map((x) => new NumbersWaiter(patient, [x]))
    for (const waiter of waiters) running.submit(waiter)
    const answers = await Promise.all(waiters.map(({ answer }) => answer))
    const elapsedMs = performance.now() - startedAt

    expect(answers).toEqual([[100], [101], [102], [103]])
    expect(elapsedMs).toBeGreaterThan(195)
    expect(elapsedMs).toBeLessThan(390)
  })

  test('M40 a handler that ends its thread costs its own rows 503; the next request finds a new thread', async () => {
    started = await startStage(fragile)
    const { running, pool } = started
    const lost = new NumbersWaiter(fragile, [2])
    running.submit(lost)
    await expect(lost.answer).rejects.toMatchObject({ code: 'EXECUTOR_LOST' })
    const next = new NumbersWaiter(fragile, [5])
    running.submit(next)

    await expect(next.answer).resolves.toEqual([5])
    expect(pool.slabsInUse).toBe(0)
    expect(running.stats().restarts).toEqual([{ slot: 1, reason: 'lost', count: 1 }])
  })

  test('a handler that throws costs its batch, not its thread, and its words stay in the log', async () => {
    started = await startStage(fragile)
    const { running, log } = started
    const failed = new NumbersWaiter(fragile, [1])
    running.submit(failed)
    await expect(failed.answer).rejects.toMatchObject({ code: 'HANDLER_ERROR' })
    const next = new NumbersWaiter(fragile, [5])
    running.submit(next)

    await expect(next.answer).resolves.toEqual([5])
    expect(running.stats().restarts).toEqual([])
    expect(log.lines).toContainEqual(
      expect.objectContaining({
        message: 'A batch failed.',
        facts: expect.objectContaining({ requestIds: [failed.requestId] }),
      }),
    )
  })

  test.each([
    [fragile, 'all of its requests'],
    [halved, 'only the guilty one'],
  ])('M35 a batch that throws fails %#: bisect, where asked for, spares the others', async (stage, fate) => {
    started = await startStage(stage)
    const { running } = started
    const waiters = [0, 1, 2, 3].map((x) => new NumbersWaiter(stage, [x]))
    for (const waiter of waiters) running.submit(waiter)
    const answers = await Promise.allSettled(waiters.map(({ answer }) => answer))

    const failed = answers.flatMap(({ status }, x) => (status === 'rejected' ? [x] : []))
    expect(failed).toEqual(fate === 'all of its requests' ? [0, 1, 2, 3] : [1])
  })

  test('rows that are cancelled while a thread is busy never reach the handler', async () => {
    started = await startStage(busy)
    const { running, pool } = started
    const running1 = new NumbersWaiter(busy, [60])
    running.submit(running1)
    await new Promise((resolve) => setTimeout(resolve, 10))
    const tickets = [1, 2, 3].map((x) => running.submit(new NumbersWaiter(busy, [x])))
    const kept = new NumbersWaiter(busy, [4])
    running.submit(kept)
    for (const ticket of tickets) running.cancel(ticket)

    await expect(running1.answer).resolves.toEqual([1])
    await expect(kept.answer).resolves.toEqual([1])
    expect(pool.slabsInUse).toBe(0)
  })

  test('drain resolves when everything accepted has its answer', async () => {
    started = await startStage(busy)
    const { running } = started
    const waiters = [30, 1, 1].map((x) => new NumbersWaiter(busy, [x]))
    for (const waiter of waiters) running.submit(waiter)
    await running.drain()

    await expect(Promise.all(waiters.map(({ answer }) => answer))).resolves.toHaveLength(3)
    expect(running.stats().inFlightBatches).toBe(0)
  })
})
