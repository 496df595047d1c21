import type { Cancel, Clock } from './clock.ts'

/** The longest that a timer takes, in milliseconds: more is no limit. */
export const maxTimerMs = 2 ** 31 - 1

/** `clock.after` for any number of milliseconds, `Infinity` being never. */
export function afterMs(clock: Clock, delayMs: number, action: () => void): Cancel {
  return delayMs > maxTimerMs ? () => undefined : clock.after(delayMs, action)
}
