import type { BatchContender, BatchJob } from '../contender/batch-contender.ts'
import type { Written } from '../measure/read-scores.ts'

/** A part of the work alone, by a program that prints `{"rows": …, "seconds": …}`. */
export interface PartAlone {
  readonly name: string
  readonly contender: BatchContender
}

/** A number that the subject is to reach; only reported, never asserted. */
export type BatchGoal =
  /** Of peers: their wall time divided by the subject's. Several are parts alone, of which the slowest counts. */
  | { readonly kind: 'speed'; readonly against: readonly string[]; readonly atLeast: number }
  /** The subject's peak memory divided by the peer's. */
  | { readonly kind: 'memory'; readonly against: string; readonly atMost: number }

/** One subject beside each of its peers, whole runs from command to end. */
export interface BatchCell {
  readonly name: string
  readonly title: string
  readonly rows: number
  readonly input: string
  readonly format: BatchJob['format']
  readonly threads: number
  readonly subject: BatchContender
  readonly peers: readonly BatchContender[]
  readonly parts: readonly PartAlone[]
  readonly goals: readonly BatchGoal[]
  /** What is wrong with what the subject wrote, or a peer; undefined where nothing is. */
  readonly complaint: (written: Written, side: 'subject' | 'peer') => string | undefined
}
