import { PipelineError } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { echo, takeAll, testStage, TestWaiter, xsOf } from './test-stage.ts'

function range(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index)
}

describe('when a batch closes', () => {
  test('R024 a full batch leaves at once, and the row after it opens another', () => {
    const stage = testStage({ policy: { maxRows: 64, maxDelayMs: 10_000 } })
    for (const x of range(63)) stage.batcher.submit(new TestWaiter([x], { timeoutMs: 20_000 }))
    const before = takeAll(stage)

    stage.batcher.submit(new TestWaiter([63]))
    stage.batcher.submit(new TestWaiter([64], { timeoutMs: 20_000 }))
    const full = takeAll(stage)
    stage.clock.advance(10_000)
    const last = takeAll(stage)

    expect(before).toEqual([])
    expect(full.map(({ rowCount, reason }) => [rowCount, reason])).toEqual([[64, 'rows']])
    expect(xsOf(full[0])).toEqual(range(64))
    expect(last.map(({ rowCount, reason }) => [rowCount, reason])).toEqual([[1, 'delay']])
  })

  test('R025 M58 the delay counts from the arrival of the oldest row and later rows never push it back', () => {
    const stage = testStage({ policy: { maxRows: 8, maxDelayMs: 50 } })
    stage.batcher.submit(new TestWaiter([1]))
    stage.clock.advance(40)
    stage.batcher.submit(new TestWaiter([2]))
    stage.clock.advance(9.5)
    const early = takeAll(stage)

    stage.clock.advance(0.5)
    const readyCount = stage.readyCount
    const due = takeAll(stage)

    expect(early).toEqual([])
    expect(readyCount).toBe(1)
    expect(due.map(xsOf)).toEqual([[1, 2]])
    expect(due[0].reason).toBe('delay')
  })

  test('rows that waited behind busy slots for longer than the delay leave as soon as one is free', () => {
    const stage = testStage({ policy: { maxRows: 8, maxDelayMs: 200 } })
    stage.batcher.submit(new TestWaiter([1]))
    stage.clock.advance(450)

    expect(takeAll(stage).map(xsOf)).toEqual([[1]])
  })

  test.each([0, 1])(
    'R026 M60 with a delay of %i ms nothing waits longer, and what is queued travels together',
    (maxDelayMs) => {
      const stage = testStage({ policy: { maxDelayMs } })
      stage.batcher.submit(new TestWaiter([1]))
      stage.batcher.submit(new TestWaiter([2]))
      stage.clock.advance(maxDelayMs)

      expect(stage.readyCount).toBeGreaterThan(0)
      expect(takeAll(stage).map(xsOf)).toEqual([[1, 2]])
    },
  )

  test.each([5_000, 60_000])('R027 a delay of %i ms is honoured', (maxDelayMs) => {
    const stage = testStage({ policy: { maxDelayMs } })
    stage.batcher.submit(new TestWaiter([1], { timeoutMs: 120_000 }))
    stage.clock.advance(maxDelayMs - 1)
    const early = takeAll(stage)
    stage.clock.advance(1)

    expect(early).toEqual([])
    expect(takeAll(stage)).toHaveLength(1)
  })

  test('M55 M56 a full batch does not wait for the timer, a partial one leaves when it fires', () => {
    const stage = testStage({ policy: { maxRows: 8, maxDelayMs: 200 } })
    for (const x of range(8)) stage.batcher.submit(new TestWaiter([x]))
    const full = takeAll(stage)
    for (const x of range(4)) stage.batcher.submit(new TestWaiter([x]))
    const partial = takeAll(stage)
    stage.clock.advance(200)

    expect(full.map(({ rowCount }) => rowCount)).toEqual([8])
    expect(partial).toEqual([])
    expect(takeAll(stage).map(({ rowCount }) => rowCount)).toEqual([4])
  })

  test('M57 idle slots do not split an open batch: 12 arrivals make 8 and 4', () => {
    const stage = testStage({ policy: { maxRows: 8, maxDelayMs: 200 } })
    const sizes: number[] = []
    for (const x of range(12)) {
      stage.batcher.submit(new TestWaiter([x]))
      sizes.push(...takeAll(stage).map(({ rowCount }) => rowCount))
      stage.clock.advance(5)
    }
    stage.clock.advance(200)
    sizes.push(...takeAll(stage).map(({ rowCount }) => rowCount))

    expect(sizes).toEqual([8, 4])
  })

  test('M59 without a delay a lone row is due at once; with one it waits for company', () => {
    const greedy = testStage()
    const strict = testStage({ policy: { maxDelayMs: 20 } })
    greedy.batcher.submit(new TestWaiter([1]))
    strict.batcher.submit(new TestWaiter([1]))

    expect(takeAll(greedy).map(({ reason }) => reason)).toEqual(['free'])
    expect(takeAll(strict)).toEqual([])
  })

  test('M66 rows that arrive while a batch runs gather in the next one', () => {
    const stage = testStage()
    stage.batcher.submit(new TestWaiter([1]))
    const [running] = takeAll(stage)
    for (const x of range(5, 10)) stage.batcher.submit(new TestWaiter([x]))
    echo(stage, running)

    expect(takeAll(stage).map(xsOf)).toEqual([range(5, 10)])
  })

  test('M68 a batch closes before its columns exceed maxBytes, unless one request does alone', () => {
    const stage = testStage({ policy: { maxBytes: 256 } })
    for (const x of range(40)) stage.batcher.submit(new TestWaiter([x]))
    stage.batcher.submit(new TestWaiter(range(100)))
    const batches = takeAll(stage)

    expect(batches.map(({ rowCount }) => rowCount)).toEqual([32, 8, 100])
    expect(batches[0].reason).toBe('bytes')
  })

  test('a draining stage holds nothing back and takes nothing more', () => {
    const stage = testStage({ policy: { maxDelayMs: 10_000 } })
    stage.batcher.submit(new TestWaiter([1]))
    stage.batcher.drain()

    expect(takeAll(stage).map(({ reason }) => reason)).toEqual(['drain'])
    expect(() => stage.batcher.submit(new TestWaiter([2]))).toThrow(expect.objectContaining({ code: 'DRAINING' }))
  })
})

describe('which rows meet', () => {
  test('R028 requests are not split, unless one alone exceeds a batch', () => {
    const stage = testStage({ policy: { maxRows: 64 } })
    const huge = new TestWaiter(range(1000))
    stage.batcher.submit(new TestWaiter(range(40)))
    stage.batcher.submit(new TestWaiter(range(40)))
    const whole = takeAll(stage)
    stage.batcher.submit(huge)
    for (const batch of takeAll(stage)) echo(stage, batch)

    expect(whole.map(({ rowCount }) => rowCount)).toEqual([40, 40])
    expect(huge.heard.map(({ xs }) => xs.length)).toEqual([...Array(15).fill(64), 40])
    expect(huge.heard.flatMap(({ xs }) => xs)).toEqual(range(1000))
  })

  test('with split two requests of 40 rows fill a batch of 64, and both get their rows in order', () => {
    const stage = testStage({ policy: { maxRows: 64, split: true } })
    const waiters = [new TestWaiter(range(40)), new TestWaiter(range(40, 100))]
    for (const waiter of waiters) stage.batcher.submit(waiter)
    const batches = takeAll(stage)
    for (const batch of batches) echo(stage, batch)

    expect(batches.map(({ rowCount }) => rowCount)).toEqual([64, 16])
    expect(waiters.map(({ heard }) => heard.flatMap(({ xs }) => xs))).toEqual([range(40), range(40, 100)])
    expect(waiters[1].heard.map(({ firstRow }) => firstRow)).toEqual([0, 24])
  })

  test('R036 maxRows 1 serves every row alone', () => {
    const stage = testStage({ policy: { maxRows: 1 } })
    for (const x of range(20)) stage.batcher.submit(new TestWaiter([x]))

    expect(takeAll(stage).map(({ rowCount }) => rowCount)).toEqual(Array(20).fill(1))
  })

  test('R037 fewer rows than minRows leave when the time since the first is over, as many at once', () => {
    const stage = testStage({ policy: { maxRows: 64, minRows: 4, maxDelayMs: 20 } })
    stage.batcher.submit(new TestWaiter([1]))
    stage.clock.advance(15)
    stage.batcher.submit(new TestWaiter([2]))
    stage.clock.advance(4)
    const early = takeAll(stage)
    stage.clock.advance(1)
    const late = takeAll(stage)
    for (const x of range(3)) stage.batcher.submit(new TestWaiter([x]))
    const few = takeAll(stage)
    stage.batcher.submit(new TestWaiter([3]))
    const enough = takeAll(stage)

    expect([early, few].map(({ length }) => length)).toEqual([0, 0])
    expect(late.map(({ rowCount, reason }) => [rowCount, reason])).toEqual([[2, 'delay']])
    expect(enough.map(({ rowCount, reason }) => [rowCount, reason])).toEqual([[4, 'free']])
  })

  test('M67 rows of different keys never share a batch, and the oldest row goes first', () => {
    const stage = testStage()
    for (const x of range(30)) {
      stage.clock.advance(1)
      stage.batcher.submit(new TestWaiter([x], { key: `${x % 3}` }))
    }

    const batches = takeAll(stage)

    expect(batches.map(({ group }) => group.key)).toEqual(['0', '1', '2'])
    for (const batch of batches) expect(new Set(xsOf(batch).map((x) => `${x % 3}`))).toEqual(new Set([batch.group.key]))
  })

  test('a slot that holds one key only leaves the others waiting', () => {
    const stage = testStage()
    stage.batcher.submit(new TestWaiter([1], { key: 'a' }))
    stage.batcher.submit(new TestWaiter([2], { key: 'b' }))

    expect(stage.batcher.take(({ key }) => key === 'b')?.group.key).toBe('b')
    expect(stage.batcher.take(({ key }) => key === 'b')).toBeUndefined()
  })

  test('M61 rows stand in order of arrival and every answer goes to its own request', () => {
    const stage = testStage({ policy: { maxRows: 7 } })
    const waiters = range(20).map((x) => new TestWaiter([x]))
    for (const waiter of waiters) stage.batcher.submit(waiter)
    const batches = takeAll(stage)
    for (const batch of batches.toReversed()) echo(stage, batch)

    expect(batches.flatMap(xsOf)).toEqual(range(20))
    expect(waiters.map(({ heard }) => heard[0].xs)).toEqual(range(20).map((x) => [x]))
  })
})

describe('what may wait', () => {
  test('R039 the queue refuses rows beyond its bound, and admits a larger request when it is empty', () => {
    const stage = testStage({ queue: { maxRows: 10 } })
    const huge = new TestWaiter(range(50))
    stage.batcher.submit(huge)
    for (const batch of takeAll(stage)) {
      stage.batcher.started(batch)
      echo(stage, batch)
    }
    for (const x of range(10)) stage.batcher.submit(new TestWaiter([x]))

    expect(huge.heard[0].xs).toEqual(range(50))
    expect(() => stage.batcher.submit(new TestWaiter([11]))).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }))
    expect(stage.batcher.queuedRows).toBe(10)
  })

  test('M50 the queue is bounded by bytes too', () => {
    const stage = testStage({ queue: { maxBytes: 1000 } })
    stage.batcher.submit(new TestWaiter([1], { bytes: 900 }))

    expect(() => stage.batcher.submit(new TestWaiter([2], { bytes: 101 }))).toThrow(
      expect.objectContaining({ code: 'QUEUE_FULL' }),
    )
    stage.batcher.submit(new TestWaiter([3], { bytes: 100 }))
    expect(stage.batcher.queuedBytes).toBe(1000)
  })

  test('rows stop counting once a thread has begun them', () => {
    const stage = testStage({ queue: { maxRows: 1 } })
    stage.batcher.submit(new TestWaiter([1]))
    stage.begun.push(...takeAll(stage))

    stage.batcher.submit(new TestWaiter([2]))

    expect(stage.batcher.queuedRows).toBe(1)
  })

  test('when memory is used up rows wait outside and enter as it comes back', () => {
    const stage = testStage({ policy: { maxRows: 4 }, maxRooms: 2 })
    const waiters = range(20).map((x) => new TestWaiter([x]))
    for (const waiter of waiters) stage.batcher.submit(waiter)
    let calls = 0
    for (let batch = stage.batcher.take(); batch !== undefined; batch = stage.batcher.take()) {
      echo(stage, batch)
      calls++
    }

    expect(calls).toBe(5)
    expect(waiters.map(({ heard }) => heard[0].xs)).toEqual(range(20).map((x) => [x]))
    expect(stage.rooms.inUse).toBe(0)
    expect(stage.batcher.queuedRows).toBe(0)
  })
})

describe('who gives up', () => {
  test('R040 a request that is not started in time fails and never reaches a handler; a started one is dropped', () => {
    const stage = testStage()
    const started = new TestWaiter([1], { timeoutMs: 100 })
    const queued = new TestWaiter([2], { timeoutMs: 100 })
    stage.batcher.submit(started)
    const [running] = takeAll(stage)
    stage.batcher.started(running)
    stage.batcher.submit(queued)
    stage.clock.advance(100)
    echo(stage, running)

    expect(started.error).toMatchObject({ code: 'DEADLINE_EXCEEDED', message: 'inference timeout' })
    expect(queued.error).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    expect(started.heard).toEqual([])
    expect(takeAll(stage)).toEqual([])
    expect([stage.batcher.queuedRows, stage.rooms.inUse]).toEqual([0, 0])
  })

  test('R041 M53 rows of a client that has gone are removed before the handler sees the batch', () => {
    const stage = testStage()
    const waiters = range(5).map((x) => new TestWaiter([x, x]))
    const tickets = waiters.map((waiter) => stage.batcher.submit(waiter))
    stage.batcher.cancel(tickets[1])
    stage.batcher.cancel(tickets[3])
    const [batch] = takeAll(stage)
    echo(stage, batch)

    expect(batch.rowCount).toBe(6)
    expect(waiters.map(({ heard }) => heard.flatMap(({ xs }) => xs))).toEqual([[0, 0], [], [2, 2], [], [4, 4]])
    expect(stage.copiedBytes).toEqual([48])
    expect([stage.batcher.queuedRows, stage.rooms.inUse]).toEqual([0, 0])
  })

  test('M64 expired rows do not count towards the batch', () => {
    const stage = testStage({ policy: { maxRows: 8, maxDelayMs: 60 } })
    for (const x of range(3)) stage.batcher.submit(new TestWaiter([x], { timeoutMs: 50 }))
    for (const x of range(4, 3)) stage.batcher.submit(new TestWaiter([x], { timeoutMs: 500 }))
    stage.clock.advance(60)
    const [batch] = takeAll(stage)

    expect(batch.rowCount).toBe(4)
    expect(xsOf(batch)).toEqual([3, 4, 5, 6])
  })

  test('a prepared batch whose rows are given up is reported, and waits again without them', () => {
    const stage = testStage()
    const kept = new TestWaiter([2])
    const ticket = stage.batcher.submit(new TestWaiter([1]))
    stage.batcher.submit(kept)
    const [prepared] = takeAll(stage)
    stage.batcher.cancel(ticket)
    stage.batcher.giveBack(prepared)
    const [again] = takeAll(stage)

    expect(stage.abandoned).toEqual([prepared])
    expect(xsOf(again)).toEqual([2])
    expect(stage.batcher.queuedRows).toBe(1)
  })

  test('a failed batch fails each of its requests once and no other', () => {
    const stage = testStage({ policy: { maxRows: 2 } })
    const waiters = range(4).map((x) => new TestWaiter([x]))
    for (const waiter of waiters) stage.batcher.submit(waiter)
    const [first, second] = takeAll(stage)
    stage.batcher.fail(first, new PipelineError('HANDLER_ERROR', 'no'))
    stage.batcher.retire(first)
    echo(stage, second)

    expect(waiters.map(({ error, heard }) => error?.code ?? heard[0].xs[0])).toEqual([
      'HANDLER_ERROR',
      'HANDLER_ERROR',
      2,
      3,
    ])
  })

  test('one timer serves a thousand deadlines', () => {
    const stage = testStage({ queue: { maxRows: 2000 } })
    const waiters = range(1000).map((x) => new TestWaiter([x], { timeoutMs: 1000 }))
    for (const waiter of waiters) {
      stage.batcher.submit(waiter)
      stage.clock.advance(1)
    }
    stage.clock.advance(500)
    const expired = waiters.filter(({ error }) => error !== undefined).length
    stage.clock.advance(1000)

    expect(expired).toBe(501)
    expect(waiters.every(({ error }) => error?.code === 'DEADLINE_EXCEEDED')).toBe(true)
  })
})
