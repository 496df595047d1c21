import { between, type CallContext, type HostOptions } from '@redesmyn/cascade'
import { type AnyStage, type Clock, PipelineError, type RecordBatch, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterEach, expect, test } from 'vitest'
import { RemoteBetween } from '../../../packages/cascade/dist/between/remote-between.js'
import { fakeClock } from '../../clock/fake-clock.ts'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { batchOf } from '../handoff/rows-batch.ts'
import { context } from './call-context.ts'
import { quickClock } from './quick-clock.ts'
import { listen, type ListeningStage, type Script } from './scripted-stage.ts'

const Row = Type.Object({ x: Type.Number() })
const declared = { name: 'score', input: Row, output: Row } as const
const pure = stage({ ...declared, handler: (batch) => ({ x: batch.column('x') }) })
const once = stage({ ...declared, effects: 'once', handler: (batch) => ({ x: batch.column('x') }) })
const rows = batchOf(pure.input, [{ x: 1 }, { x: 2 }])
/** Nobody listens there. */
const nowhere = 'http://127.0.0.1:1'

const listening: ListeningStage[] = []
const opened: RemoteBetween[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((way) => way.close('abort')))
  await Promise.all(listening.splice(0).map(({ listener }) => listener.close('abort')))
})

async function serve(script: Script = {}, address?: string): Promise<ListeningStage> {
  const one = await listen(pure, script, address)
  listening.push(one)
  return one
}

interface Way {
  readonly of?: AnyStage
  readonly clock?: Clock
  readonly random?: () => number
}

/** On a clock that is twenty times as fast, with time limits that a busy machine keeps. */
function open(options: HostOptions, { of = pure, clock = quickClock(20), random = () => 0 }: Way = {}): RemoteBetween {
  const limits = { connectTimeoutMs: 60_000, attemptTimeoutMs: 600_000 }
  const way = between.host({ ...limits, ...options }).open([of], { clock, random })
  if (!(way instanceof RemoteBetween)) throw new Error('a stage elsewhere')
  opened.push(way)
  return way
}

function call(way: RemoteBetween, own: Partial<CallContext> = {}, batch: RecordBatch = rows) {
  return way.call(batch, context(own))
}

function failure(code: PipelineError['code'], details: Record<string, unknown> = {}): PipelineError {
  return new PipelineError(code, `scripted ${code}`, { details })
}

test('C83 a stage that may run once is not called again when its answer does not come', async () => {
  const clock = fakeClock()
  const { stage: served, url } = await serve({ call: () => 'hang', effects: 'once' })
  const way = open({ urls: [url], attemptTimeoutMs: 50 }, { of: once, clock })
  const failed = rejectionOf(call(way))
  await served.called(1)

  clock.advance(50)

  expect(await failed).toMatchObject({
    code: 'HANDOFF_FAILED',
    message: expect.stringMatching(/no answer from .* within 50 ms; .* its effects are "once" and it may have run/),
    details: { stage: 'score', between: 'host', instances: [url], attempts: 1 },
  })
  expect(served.heads).toHaveLength(1)
})

test('C83 a stage that may run once is called again where nobody took the call', async () => {
  const { stage: served, url } = await serve({ effects: 'once' })
  const way = open({ urls: [nowhere, url] }, { of: once })

  const reply = await call(way)

  expect(reply.batch.rowCount).toBe(2)
  expect(served.heads).toHaveLength(1)
  expect(way.stats().retries).toEqual(new Map([['HANDOFF_FAILED', 1]]))
})

test.each(['HANDLER_ERROR', 'SCHEMA_MISMATCH', 'REQUEST_INVALID', 'BODY_TOO_LARGE', 'OUTPUT_SCHEMA_MISMATCH'] as const)(
  'C83 %s is the same next time, and not tried again',
  async (code) => {
    const { stage: served, url } = await serve({ call: () => failure(code) })
    const way = open({ urls: [url] })

    expect(await rejectionOf(call(way))).toMatchObject({ code, details: { stage: 'score' } })

    expect(served.heads).toHaveLength(1)
  },
)

test('C84 every attempt at the same rows has the same key, and a number of its own', async () => {
  const { stage: served, url } = await serve({ call: (count) => (count < 3 ? failure('MODEL_LOAD_FAILED') : 'echo') })
  const way = open({ urls: [url] })

  await call(way, { idempotencyKey: 'part-7/rows-0', attempt: 4 })

  expect(served.heads.map(({ idempotencyKey, attempt }) => [idempotencyKey, attempt])).toEqual([
    ['part-7/rows-0', 4],
    ['part-7/rows-0', 5],
    ['part-7/rows-0', 6],
  ])
})

test('C85 where every call fails, calls are at most 1.1 times the first attempts, and the floor', async () => {
  const { stage: served, url } = await serve({ call: () => failure('MODEL_LOAD_FAILED') })
  const way = open({ urls: [url], retry: { baseMs: 0 }, breaker: { failures: 1_000_000 } })

  const failed = await Promise.all(Array.from({ length: 200 }, () => rejectionOf(call(way))))

  expect(failed).toHaveLength(200)
  expect(served.heads.length).toBeGreaterThan(200)
  expect(served.heads.length).toBeLessThanOrEqual(1.1 * 200 + 10)
  expect(failed.at(-1)).toMatchObject({
    code: 'MODEL_LOAD_FAILED',
    message: expect.stringContaining('too many calls of this stage are retried'),
  })
})

test('C86 a process that asks to be left alone is, for as long as it asks', async () => {
  const clock = quickClock(20)
  const askedAtMs: number[] = []
  const { url } = await serve({
    admit(count) {
      askedAtMs.push(clock.now())
      return count === 1 ? failure('QUEUE_FULL', { notExecuted: true, retryAfterMs: 2000 }) : undefined
    },
  })
  const way = open({ urls: [url] }, { clock })

  await call(way)

  expect(askedAtMs).toHaveLength(2)
  // Random is 0 here: without the request of the process there would be no wait at all.
  expect((askedAtMs[1] ?? 0) - (askedAtMs[0] ?? 0)).toBeGreaterThanOrEqual(2000)
})

test('C86 while one process wants to be left alone another is asked', async () => {
  const busy = await serve({ admit: () => failure('QUEUE_FULL', { notExecuted: true, retryAfterMs: 60_000 }) })
  const free = await serve()
  const way = open({ urls: [busy.url, free.url] }, { clock: fakeClock() })

  for (let index = 0; index < 5; index++) await call(way)

  expect(busy.stage.admissions).toBe(1)
  expect(free.stage.heads).toHaveLength(5)
})

test('C87 a call ends when its time is over, whatever the stage does, and says how far it came', async () => {
  const clock = fakeClock()
  const { stage: served, url } = await serve({ call: () => 'hang' })
  const way = open({ urls: [url] }, { clock })
  let isOver = false
  const failed = rejectionOf(call(way, { deadlineMs: 300 })).finally(() => (isOver = true))
  await served.called(1)

  clock.advance(299)
  await new Promise(setImmediate)
  expect(isOver).toBe(false)
  clock.advance(1)

  expect(await failed).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: expect.stringContaining('gave no result within 300 ms'),
    details: { stage: 'score', between: 'host' },
  })
  expect(served.heads[0]?.deadlineMs).toBeLessThanOrEqual(300)
})

test('C87 no attempt begins with less than 5 ms left, be it the first or a later one', async () => {
  const clock = fakeClock()
  const { stage: served, url } = await serve({
    call() {
      clock.advance(296)
      return failure('MODEL_LOAD_FAILED')
    },
  })
  const way = open({ urls: [url] }, { clock })

  const hasty = await rejectionOf(call(way, { deadlineMs: 4 }))
  expect(served.heads).toHaveLength(0)
  const late = await rejectionOf(call(way, { deadlineMs: 300 }))

  expect(hasty).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  expect(late).toMatchObject({
    code: 'MODEL_LOAD_FAILED',
    message: expect.stringContaining('there is no time for another'),
  })
  expect(served.heads).toHaveLength(1)
})

test('C92 a clock on the wall that jumps by an hour ends no call and lengthens none', async () => {
  const realNow = Date.now
  const clock = fakeClock()
  const { stage: served, url } = await serve({
    call(count) {
      Date.now = () => realNow() + (count === 1 ? 3_600_000 : -3_600_000)
      return count === 1 ? failure('MODEL_LOAD_FAILED') : 'hang'
    },
  })
  const way = open({ urls: [url] }, { clock })

  try {
    const failed = rejectionOf(call(way, { deadlineMs: 1000 }))
    await served.called(2)
    clock.advance(1000)

    expect(await failed).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  } finally {
    Date.now = realNow
  }
})

test('a batch that ends what runs it twice is not tried a third time, and the error says so', async () => {
  const { stage: served, url } = await serve({ call: () => failure('EXECUTOR_LOST') })
  const way = open({ urls: [url] })

  expect(await rejectionOf(call(way))).toMatchObject({
    code: 'EXECUTOR_LOST',
    message: expect.stringContaining('a batch of 2 rows ended what ran it twice, so it is not tried a third time'),
    details: { stage: 'score', between: 'host', attempts: 2, poison: true },
  })
  expect(served.heads).toHaveLength(2)
})

test('two processes that end under a batch are as good as two threads', async () => {
  const deadly = await Promise.all([serve({ call: noAnswer }), serve({ call: noAnswer }), serve()])
  async function noAnswer(): Promise<'echo'> {
    const [victim] = deadly.filter(({ stage: served }) => served.heads.length === 1 && !gone.has(served))
    if (victim !== undefined) gone.add(victim.stage)
    await victim?.listener.close('abort')
    return 'echo'
  }
  const gone = new Set<ListeningStage['stage']>()
  const way = open({ urls: deadly.map(({ url }) => url) })

  expect(await rejectionOf(call(way))).toMatchObject({ code: 'EXECUTOR_LOST', details: { poison: true, attempts: 2 } })
  expect(deadly.map(({ stage: served }) => served.heads.length).toSorted((a, b) => a - b)).toEqual([0, 1, 1])
})

test('R136 where nobody answers a call is tried again, then fails with what to look at, and its rows are still there', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const way = open({ urls: [url], breaker: { failures: 100 } })

  expect(await rejectionOf(call(way))).toMatchObject({
    code: 'HANDOFF_FAILED',
    message: expect.stringContaining(`is "cascade serve … --stage score --listen ${url}" running there?`),
    details: { stage: 'score', between: 'host', instances: [url], attempts: 6, notExecuted: true },
  })
  expect(way.stats().retries).toEqual(new Map([['HANDOFF_FAILED', 5]]))
  await serve({}, url)
  const { batch } = await call(way)

  expect(batch.rows()).toEqual([{ x: 1 }, { x: 2 }])
})

test('a call says that nothing was executed where no attempt of it was, and not where only the last was not', async () => {
  const ran = await serve({ call: () => failure('MODEL_LOAD_FAILED') })
  const refusing = await serve({ admit: () => failure('QUEUE_FULL', { notExecuted: true }) })
  const limits = { retry: { attempts: 2 }, breaker: { failures: 1, openMs: 600_000 } }

  const untouched = await rejectionOf(call(open({ ...limits, urls: [refusing.url] })))
  const unsure = await rejectionOf(call(open({ ...limits, urls: [ran.url, refusing.url] })))

  expect(untouched).toMatchObject({ code: 'QUEUE_FULL', details: { notExecuted: true, attempts: 2 } })
  expect(unsure).toMatchObject({ code: 'QUEUE_FULL', details: { attempts: 2 } })
  expect(unsure).not.toHaveProperty('details.notExecuted')
})

test('what nobody could take costs nothing of the retry budget', async () => {
  const way = open({ urls: [nowhere], retry: { attempts: 30, budgetFloor: 0 }, breaker: { failures: 100 } })

  expect(await rejectionOf(call(way))).toMatchObject({ code: 'HANDOFF_FAILED', details: { attempts: 30 } })
})

test('a caller that gives a call up ends it at once, and nothing is held against the instance', async () => {
  const { stage: served, url } = await serve({ call: () => 'hang' })
  const way = open({ urls: [url], breaker: { failures: 1 } })
  const stop = new AbortController()
  const failed = rejectionOf(call(way, { signal: stop.signal }))
  await served.called(1)

  stop.abort(new Error('nobody waits'))

  expect(await failed).toEqual(new Error('nobody waits'))
  expect(way.stats().instances[0]).toMatchObject({ breaker: 'closed', failures: 0, calls: 1, inFlightCalls: 0 })
})

async function freePort(): Promise<number> {
  const { listener, url } = await listen(pure)
  await listener.close('abort')
  return Number(new URL(url).port)
}
