import { type HandedRows, Ticket } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { echo, type Room, type TestStage, takeAll, TestWaiter, testStage, xsOf } from './test-stage.ts'

interface HandOnOptions {
  readonly joins?: boolean
  readonly timeoutMs?: number
}

/** Hands requests on as an earlier stage would: all their rows in one batch, which the next one may read in place. */
function handOn(stage: TestStage, requests: readonly (readonly number[])[], options: HandOnOptions = {}): TestWaiter[] {
  const { joins = false, timeoutMs = 3000 } = options
  const waiters = requests.map((xs) => new TestWaiter(xs, { timeoutMs }))
  const [{ group }] = waiters
  const all = new TestWaiter(requests.flat())
  const room = stage.rooms.openFor(group, all.rows.measure(0, all.rows.rowCount))
  if (room === undefined || !all.rows.writeTo(room.writer, 0, all.rows.rowCount)) throw new Error('no room')
  const batch = room.input(all.rows.rowCount)
  const rows: HandedRows<Room> = {
    group,
    tickets: waiters.map((waiter) => new Ticket(waiter, stage.clock.now())),
    batch,
    joins,
    view(from, to) {
      const part = batch.slice(from, to)
      stage.rooms.inUse++
      return { ...room, isView: true, input: () => part }
    },
  }
  for (const { rows: own } of waiters) stage.batcher.reserve(own.rowCount)
  stage.batcher.handOn(rows)
  stage.rooms.release()
  return waiters
}

const rowsIn = (batches: readonly { room: Room; rowCount: number }[]) =>
  batches.map(({ room, rowCount }) =>
    room
      .input(rowCount)
      .rows()
      .map(({ x }) => x),
  )

describe('rows of an earlier stage', () => {
  test('are one batch as they came, without a copy', () => {
    const stage = testStage()
    handOn(stage, [[1, 2], [3]])

    const batches = takeAll(stage)

    expect(rowsIn(batches)).toEqual([[1, 2, 3]])
    expect(batches[0]?.room.isView).toBe(true)
    expect(stage.copiedBytes).toEqual([])
  })

  test('are cut between requests where the batches of this stage are smaller', () => {
    const stage = testStage({ policy: { maxRows: 4 } })
    handOn(stage, [[1, 2, 3], [4, 5], [6], [7, 8, 9, 10, 11]])

    expect(rowsIn(takeAll(stage))).toEqual([[1, 2, 3], [4, 5, 6], [7, 8, 9, 10], [11]])
    expect(stage.copiedBytes).toEqual([])
  })

  test('stay apart from others where the policies are equal, and join them by one copy where they are not', () => {
    const apart = testStage({ policy: { maxRows: 8 } })
    handOn(apart, [[1, 2]])
    handOn(apart, [[3]])
    const joined = testStage({ policy: { maxRows: 8 } })
    handOn(joined, [[1, 2]], { joins: true })
    handOn(joined, [[3]], { joins: true })

    expect(rowsIn(takeAll(apart))).toEqual([[1, 2], [3]])
    expect(rowsIn(takeAll(joined))).toEqual([[1, 2, 3]])
    expect([apart.copiedBytes, joined.copiedBytes]).toEqual([[], [16, 8]])
  })

  test('are joined by rows that come from a client', () => {
    const stage = testStage({ policy: { maxRows: 8 } })
    handOn(stage, [[1]], { joins: true })
    stage.batcher.submit(new TestWaiter([2, 3]))

    expect(takeAll(stage).map(xsOf)).toEqual([[1, 2, 3]])
  })

  test('wait for company as long as this stage says, counted from their arrival here', () => {
    const stage = testStage({ policy: { maxRows: 4, maxDelayMs: 10 } })
    handOn(stage, [[1]], { joins: true })
    stage.clock.advance(9)
    const early = takeAll(stage)
    stage.clock.advance(1)

    expect([early, rowsIn(takeAll(stage))]).toEqual([[], [[1]]])
  })

  test('that nobody waits for any more leave before the batch runs, by one copy', () => {
    const stage = testStage()
    const waiters = handOn(stage, [[1], [2], [3]], { timeoutMs: 50 })
    handOn(stage, [[4]], { timeoutMs: 100 })
    stage.clock.advance(50)

    expect(waiters.map(({ error }) => error?.code)).toEqual(Array(3).fill('DEADLINE_EXCEEDED'))
    expect(rowsIn(takeAll(stage))).toEqual([[4]])
  })

  test('keep the deadline that began to run in the first stage, whatever the order they come in', () => {
    const stage = testStage()
    const [late] = handOn(stage, [[1]], { timeoutMs: 100 })
    stage.clock.advance(10)
    const waiter = new TestWaiter([2], { timeoutMs: 100 })
    const overtaken = new Ticket(waiter, stage.clock.now(), 40)
    stage.batcher.reserve(1)
    const room = stage.rooms.open(waiter.group)
    if (room === undefined) throw new Error('no room')
    waiter.rows.writeTo(room.writer, 0, 1)
    const batch = room.input(1)
    const view = (): Room => ({ ...room, isView: true })
    stage.batcher.handOn({ group: waiter.group, tickets: [overtaken], batch, joins: false, view })
    stage.clock.advance(30)
    const atForty = [late?.error?.code, waiter.error?.code]
    stage.clock.advance(60)

    expect(atForty).toEqual([undefined, 'DEADLINE_EXCEEDED'])
    expect(late?.error?.code).toBe('DEADLINE_EXCEEDED')
  })

  test('M49 have room kept for them, so that a full stage refuses before anything has worked on them', () => {
    const stage = testStage({ queue: { maxRows: 3 } })
    stage.batcher.reserve(2)

    expect(() => stage.batcher.reserve(2)).toThrow('no room for 2 more rows')
    stage.batcher.unreserve(2)
    const [waiter] = handOn(stage, [[1, 2]])
    expect(stage.batcher.queuedRows).toBe(2)
    for (const batch of takeAll(stage)) echo(stage, batch)

    expect(waiter?.heard).toEqual([{ firstRow: 0, xs: [1, 2] }])
    expect([stage.batcher.queuedRows, stage.rooms.inUse]).toEqual([0, 0])
  })
})
