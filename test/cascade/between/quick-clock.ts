import type { Clock } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'

/** Real time that goes so many times as fast: what waits for a second has waited for some milliseconds. */
export function quickClock(times: number): Clock {
  const clock = systemClock()
  return {
    now: () => clock.now() * times,
    after: (delayMs, action) => clock.after(delayMs / times, action),
    endOfTurn: (action) => clock.endOfTurn(action),
  }
}
