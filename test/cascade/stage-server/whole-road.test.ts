import { randomUUID } from 'node:crypto'
import type { CallContext } from '@redesmyn/cascade'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { ListeningStages } from './listening-stages.ts'
import { leastOf, Marks, points } from './service-under-test.ts'

const stages = new ListeningStages()
const allMarks: Marks[] = []

afterEach(async () => {
  for (const made of allMarks) made.open()
  await stages.stop()
  for (const made of allMarks.splice(0)) made.remove()
})
afterAll(() => stages.remove())

function marks(): Marks {
  const made = new Marks()
  allMarks.push(made)
  return made
}

function context(own: Partial<CallContext> = {}): CallContext {
  const { signal } = new AbortController()
  return {
    signal,
    deadlineMs: 30_000,
    attempt: 1,
    idempotencyKey: randomUUID(),
    traceparent: undefined,
    partition: {},
    ...own,
  }
}

describe.each(['unix', 'http'] as const)('a stage over %s, from its sender to its threads', (transport) => {
  test.each(['score', 'child'])(
    'C90 a sender that cancels its call of "%s" frees slot and room within 50 ms',
    async (stage) => {
      const { service, instance } = await stages.open(stage, transport)
      const { freeBytes } = service

      const tookMs = await leastOf(5, async () => {
        const held = marks()
        const { marker, gate } = held
        const stop = new AbortController()
        const given = rejectionOf(
          instance.call(points(service, stage, [1]), context({ signal: stop.signal, partition: { marker, gate } })),
        )
        await held.called(1)
        expect(service.freeBytes).toBeLessThan(freeBytes)
        const stoppedAtMs = performance.now()
        stop.abort(new Error('nobody waits'))
        await instance.call(points(service, stage, [2]), context())
        const freedMs = performance.now() - stoppedAtMs
        expect(await given).toMatchObject({ message: 'nobody waits' })
        const beforeMs = performance.now()
        await instance.call(points(service, stage, [2]), context())
        // What a call takes anyway on a machine that does much else is not what freeing takes.
        return freedMs - (performance.now() - beforeMs)
      })

      expect(tookMs).toBeLessThan(50)
      await expect.poll(() => service.freeBytes).toBe(freeBytes)
    },
  )

  test('C84 a call that comes twice is one: joined while it runs, replayed afterwards', async () => {
    const { service, instance } = await stages.open('score', transport)
    const { marker, gate, ...files } = filesOf(marks())
    const own = { idempotencyKey: 'part-1', partition: { marker, gate } }
    const batch = points(service, 'score', [1, 2])

    const first = instance.call(batch, context(own))
    await files.called(1)
    const second = instance.call(batch, context({ ...own, attempt: 2 }))
    await expect.poll(() => service.metrics()).toContain('cascade_inflight_calls{stage="score"} 2')
    files.open()
    const replies = [await first, await second, await instance.call(batch, context({ ...own, attempt: 3 }))]

    expect(replies.map((reply) => reply.batch.rows())).toEqual(Array(3).fill([{ y: 2 }, { y: 4 }]))
    expect(files.calls()).toHaveLength(1)
  })

  test('C59 its thread reads the bytes where the listener has put them', async () => {
    const { service, instance } = await stages.open('looking', transport)

    const { batch } = await instance.call(points(service, 'looking', [1, 2, 3]), context())

    const [row] = batch.rows()
    expect(row).toMatchObject({ isShared: true, sum: 6 })
    // Not the three numbers alone, but the message that they came in.
    expect(row?.['bytes']).toBeGreaterThan(200)
  })

  test('C56 what is in flight at a drain is answered, and then nothing is taken', async () => {
    const { service, instance } = await stages.open('score', transport)
    const { marker, gate, ...files } = filesOf(marks())
    const answer = instance.call(points(service, 'score', [1]), context({ partition: { marker, gate } }))
    await files.called(1)

    const drained = service.drain()
    const refused = await rejectionOf(instance.call(points(service, 'score', [2]), context()))
    files.open()
    await drained

    expect(refused).toMatchObject({ code: 'DRAINING', details: { notExecuted: true } })
    expect((await answer).batch.rows()).toEqual([{ y: 2 }])
  })
})

function filesOf(made: Marks) {
  const { marker, gate } = made
  return {
    marker,
    gate,
    open: () => made.open(),
    called: (count: number) => made.called(count),
    calls: () => made.calls,
  }
}
