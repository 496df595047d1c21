import type { RowCounts } from './commit/commit-record.ts'
import type { StepStatus } from './progress/run-status.ts'

/** What a run of one asset came to. */
export interface RunReport {
  readonly asset: string
  readonly runId: string
  /** `unchanged`: everything was committed before. `partial`: a shard, or a selection of partitions, is complete. */
  readonly outcome: 'completed' | 'partial' | 'unchanged'
  /** Absolute; `-` for stdout. */
  readonly folder: string
  /** Absolute; where rejected rows are, if any were. */
  readonly rejectsFolder?: string
  readonly parts: {
    /** Of the whole plan. */
    readonly total: number
    /** That this run was to make: fewer for a shard or for partitions. */
    readonly selected: number
    /** Of the whole output, as far as this run knows. */
    readonly committed: number
    /** Selected ones that were committed before this run began. */
    readonly skipped: number
  }
  /** Of all committed parts of this output, those of earlier runs included. */
  readonly rows: RowCounts
  readonly elapsedMs: number
  /** Of this run: how many parts it committed, and how long that took. Parts that commit side by side count each. */
  readonly commits: { readonly count: number; readonly totalMs: number }
  /** Of this run alone. */
  readonly steps: readonly StepStatus[]
  readonly traceId: string
}
