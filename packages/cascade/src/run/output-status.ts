import type { RowCounts } from './commit/commit-record.ts'

/** Where an output stands, by its files alone. */
export interface OutputStatus {
  /** Absolute. */
  readonly folder: string
  readonly asset: string
  readonly codeVersion: string
  /** `stopped`: parts are open and nobody works on them. */
  readonly state: 'complete' | 'running' | 'stopped'
  readonly parts: {
    readonly total: number
    readonly committed: number
    /** The first of those that are not committed, twenty at most. */
    readonly open: readonly number[]
  }
  /** Of the parts that are committed. */
  readonly rows: RowCounts
  readonly files: { readonly count: number; readonly byteLength: number }
  /** Who works on it, or was the last to: by the newest epoch. */
  readonly holder: RunHolder | undefined
  /** UTC, ISO 8601; undefined while no part is committed. */
  readonly lastCommitAt: string | undefined
}

export interface RunHolder {
  readonly runId: string
  readonly pid: number
  readonly host: string
  readonly epoch: number
  /** Milliseconds since it last said that it lives. */
  readonly silentMs: number
}
