/** How the way to a stage elsewhere stands, for metrics. */
export interface WayStats {
  /** Calls that were begun and have not ended, also those that wait for their next attempt. */
  readonly inFlightCalls: number
  /** Of batches on their way. */
  readonly inFlightBytes: number
  /** By the code of what was tried again. */
  readonly retries: ReadonlyMap<string, number>
  readonly instances: readonly InstanceStats[]
}

export interface InstanceStats {
  /** Without secrets. */
  readonly address: string
  readonly breaker: 'closed' | 'half-open' | 'open'
}
