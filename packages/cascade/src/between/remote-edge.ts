import type { Clock, Effects, ErrorCode, Placement } from '@redesmyn/core'
import type { Contract } from '../handoff/contract.ts'
import type { Changes } from './changes.ts'
import type { Instance } from './instance.ts'
import type { Membership } from './membership.ts'
import type { RemoteConfig } from './remote-config.ts'
import type { RetryBudget } from './retry-budget.ts'

/** What all calls to one stage elsewhere have in common. */
export interface RemoteEdge {
  readonly stage: string
  readonly placement: Placement
  readonly effects: Effects
  /** What instances are greeted with. */
  readonly want: Contract
  readonly config: RemoteConfig
  readonly members: Membership
  /** Makes an instance of an address, without opening a connection yet. */
  readonly connect: (url: string) => Instance
  /** Told whenever an instance may have become free to be asked. */
  readonly changes: Changes
  readonly budget: RetryBudget
  readonly counts: EdgeCounts
  readonly clock: Clock
  /** 0 to 1, exclusive. */
  readonly random: () => number
  /** Aborts when the way is closed at once. */
  readonly closing: AbortSignal
}

export interface EdgeCounts {
  readonly retries: Map<ErrorCode, number>
  /** Calls and handshakes that failed in a way that counts against an instance. */
  failures: number
}
