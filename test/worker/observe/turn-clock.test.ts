import { expect, test } from 'vitest'
import { EventLoopLag } from '../../../packages/worker/dist/observe/event-loop-lag.js'
import { TurnClock } from '../../../packages/worker/dist/observe/turn-clock.js'
import { fakeClock } from '../../clock/fake-clock.ts'

test('within a turn work begins where the last thing ended; in the next one the clock is asked', () => {
  const inner = fakeClock()
  const clock = new TurnClock(inner)
  inner.advance(1)
  clock.now()
  clock.endOfTurn(() => undefined)
  inner.advance(5)

  expect(clock.sinceMs()).toBe(1)
  inner.endTurn()
  expect(clock.sinceMs()).toBe(6)
})

test('where no end of a turn is due the clock is asked', () => {
  const inner = fakeClock()
  const clock = new TurnClock(inner)
  clock.now()
  inner.advance(5)

  expect(clock.sinceMs()).toBe(5)
})

test('M130 a timer that comes late is the lag of the event loop', () => {
  const inner = fakeClock()
  let lateMs = 0
  const lag = new EventLoopLag({ ...inner, now: () => inner.now() + lateMs })
  lag.start()
  inner.advance(200)
  lateMs = 30
  inner.advance(200)
  lag.stop()

  expect(lag.lagMs.countsBy([1, 16, 32])).toEqual([1, 0, 1, 0])
  expect(inner.timerCount).toBe(0)
})
