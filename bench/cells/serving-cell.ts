import type { Contender } from '../contender/contender.ts'
import type { LoopContender } from '../contender/node-contenders.ts'
import type { Work } from '../drive/work.ts'

export interface Side {
  readonly contender: Contender
  readonly work: Work
}

/** A ratio or a time that the subject is to reach; only reported, never asserted. */
export type Goal =
  | {
      readonly kind: 'ratio'
      readonly connections: readonly number[]
      /** Names of peers; with several, the slowest of them is what counts. */
      readonly against: readonly string[]
      readonly atLeast: number
    }
  | {
      readonly kind: 'p50'
      readonly connections: readonly number[]
      /** Milliseconds, or as fast as a peer. */
      readonly atMostMs: number | { readonly of: string }
    }

/** One subject against each of its peers, request by request over HTTP. */
export interface ServingCell {
  readonly kind: 'serving'
  readonly name: string
  readonly title: string
  readonly connections: readonly number[]
  readonly subject: Side
  readonly peers: readonly Side[]
  /** Parts of the work alone, without HTTP. */
  readonly loops: readonly LoopContender[]
  readonly goals: readonly Goal[]
}
