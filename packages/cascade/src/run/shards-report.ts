import type { RowCounts } from './commit/commit-record.ts'

/** What the shards of a run made together, once all parts are there. */
export interface ShardsReport {
  /** Absolute. */
  readonly folder: string
  readonly asset: string
  /** `unchanged`: it was complete before. */
  readonly outcome: 'completed' | 'unchanged'
  readonly partCount: number
  readonly files: { readonly count: number; readonly byteLength: number }
  readonly rows: RowCounts
}
