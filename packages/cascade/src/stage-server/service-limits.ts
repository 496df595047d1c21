/** How much of calls from elsewhere a stage service takes on at once, and how much it remembers of them. */
export interface ServiceLimits {
  /** Of all calls that were admitted and are not answered. */
  readonly maxInFlightBytes: number
  /** The same in calls, those that are still being read included. */
  readonly maxCalls: number
  /** The same in rows of calls that run. */
  readonly maxInFlightRows: number
  /** Replies that are kept for calls that are made again: memory of all of them. 0: none are kept. */
  readonly replayBytes: number
  /** And how long each is kept, in milliseconds. */
  readonly replayMs: number
}

/** The one table of what holds where nothing else is said. */
export const defaultServiceLimits: ServiceLimits = Object.freeze({
  maxInFlightBytes: 256 * 1024 ** 2,
  maxCalls: 64,
  maxInFlightRows: 2 ** 22,
  replayBytes: 64 * 1024 ** 2,
  replayMs: 60_000,
})
