import type { Sample } from '../drive/measure-side.ts'

export interface Round {
  readonly ours: Sample
  /** Of a part of the work alone only the rate is known. */
  readonly theirs: Sample | { readonly perSecond: number }
  readonly ratio: number
}

/** Subject and one peer at one number of connections. */
export interface Pairing {
  readonly connections: number
  readonly peer: string
  readonly rounds: readonly Round[]
}

/** What a cell came to. The three lists name comparisons: made, failed with a reason, and left out with a reason. */
export interface CellOutcome {
  readonly name: string
  readonly title: string
  readonly pairings: readonly Pairing[]
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}
