/** Cancels what was scheduled; calling it twice does nothing. */
export type Cancel = () => void

/** All time comes through here. `now` is monotonic milliseconds, never a date. */
export interface Clock {
  now(): number
  after(delayMs: number, action: () => void): Cancel
  /** Runs once everything that has already arrived in this turn of the event loop was handled. */
  endOfTurn(action: () => void): void
}
