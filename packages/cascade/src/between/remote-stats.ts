import type { ErrorCode } from '@redesmyn/core'
import type { MemberStats } from './member.ts'
import type { RemoteEdge } from './remote-edge.ts'

/** How the way to a stage elsewhere stands, for metrics. */
export interface RemoteStats {
  /** `cascade_inflight_batches`: calls that were begun and have not ended, also those that wait for their next attempt. */
  readonly inFlightCalls: number
  /** `cascade_inflight_bytes`: room that was given and has not come back. */
  readonly inFlightBytes: number
  /** `cascade_retries_total`, by the code of what was tried again. */
  readonly retries: ReadonlyMap<ErrorCode, number>
  /** `cascade_breaker_state` among others. */
  readonly instances: readonly MemberStats[]
}

export function statsOf({ counts, members }: RemoteEdge, inFlightCalls: number, inFlightBytes: number): RemoteStats {
  return {
    inFlightCalls,
    inFlightBytes,
    retries: new Map(counts.retries),
    instances: members.members.map((member) => member.stats()),
  }
}
