import type { Clock } from '@redesmyn/core'

export interface FakeClock extends Clock {
  /** Moves time on, running what falls due on the way, in order. */
  advance(ms: number): void
  /** Ends the current turn of the event loop. */
  endTurn(): void
  /** Timers that are set and have not run. */
  readonly timerCount: number
}

interface Timer {
  readonly atMs: number
  readonly action: () => void
}

/** Time that stands still until a test moves it. */
export function fakeClock(): FakeClock {
  let nowMs = 0
  const timers = new Set<Timer>()
  let turn: (() => void)[] = []

  const nextDue = (untilMs: number): Timer | undefined =>
    [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]

  return {
    now: () => nowMs,
    after(delayMs, action) {
      const timer = { atMs: nowMs + delayMs, action }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    endOfTurn: (action) => void turn.push(action),
    advance(ms) {
      const untilMs = nowMs + ms
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer)
        nowMs = timer.atMs
        timer.action()
      }
      nowMs = untilMs
    },
    get timerCount() {
      return timers.size
    },
    endTurn() {
      const actions = turn
      turn = []
      for (const action of actions) action()
    },
  }
}
