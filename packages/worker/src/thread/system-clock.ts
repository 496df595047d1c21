import type { Clock } from '@redesmyn/core'

/** Real time. `endOfTurn` runs after the poll phase, when every request that had arrived was read. */
export function systemClock(): Clock {
  return {
    now: () => performance.now(),
    after(delayMs, action) {
      const timer = setTimeout(action, Math.ceil(delayMs))
      return () => clearTimeout(timer)
    },
    endOfTurn: (action) => void setImmediate(action),
  }
}
