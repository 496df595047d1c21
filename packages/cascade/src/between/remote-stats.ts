import type { WayStats } from '@redesmyn/core'
import type { MemberStats } from './member.ts'
import type { RemoteEdge } from './remote-edge.ts'

/** How the way to a stage elsewhere stands: calls in flight are those that were begun, also while they wait to be tried again. */
export interface RemoteStats extends WayStats {
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
