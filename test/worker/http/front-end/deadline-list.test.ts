import { expect, test } from 'vitest'
import { type DeadlineEntry, DeadlineList } from '../../../../packages/worker/dist/http/deadline-list.js'
import { ManualClock } from './manual-clock.ts'

function entry(expire: () => void): DeadlineEntry {
  return { ticksLeft: 0, earlier: undefined, later: undefined, expire }
}

test('an entry expires never early and at most 100 ms late', () => {
  const clock = new ManualClock()
  const list = new DeadlineList(clock)
  const expiredAtMs: number[] = []
  const note = (): void => void expiredAtMs.push(clock.now())

  list.add(entry(note), 1000)
  clock.advance(49)
  list.add(entry(note), 1000)
  clock.advance(2000)

  expect(expiredAtMs[0]).toBeGreaterThanOrEqual(1000)
  expect(expiredAtMs[1]).toBeGreaterThanOrEqual(1049)
  for (const atMs of expiredAtMs) expect(atMs).toBeLessThanOrEqual(1149)
})

test('an entry that was removed does not expire, and an empty list has no timer', () => {
  const clock = new ManualClock()
  const list = new DeadlineList(clock)
  const entries = Array.from({ length: 5 }, () => entry(() => expect.unreachable()))

  for (const one of entries) list.add(one, 100)
  for (const index of [2, 0, 4, 1, 3]) list.remove(entries[index] ?? expect.unreachable())
  list.remove(entries[2] ?? expect.unreachable())
  clock.advance(1000)

  expect(clock.timerCount).toBe(0)
})

test('many entries share one timer', () => {
  const clock = new ManualClock()
  const list = new DeadlineList(clock)

  for (let count = 0; count < 1000; count++)
    list.add(
      entry(() => undefined),
      count,
    )

  expect(clock.timerCount).toBe(1)
})

test('an entry that removes another while it expires is alone to expire', () => {
  const clock = new ManualClock()
  const list = new DeadlineList(clock)
  let expired = 0
  const second = entry(() => expired++)
  const first = entry(() => {
    expired++
    list.remove(second)
  })

  list.add(first, 100)
  list.add(second, 100)
  clock.advance(1000)

  expect(expired).toBe(1)
})

test('an entry joins again after it has expired', () => {
  const clock = new ManualClock()
  const list = new DeadlineList(clock)
  let expired = 0
  const one = entry(() => {
    expired++
    if (expired < 3) list.add(one, 100)
  })

  list.add(one, 100)
  clock.advance(1000)

  expect(expired).toBe(3)
  expect(clock.timerCount).toBe(0)
})
