import type { ErrorCode } from '@redesmyn/core'

export interface RejectsRequest {
  /** Of the output. */
  readonly folder: string
  /** Most rows that the report lists. */
  readonly maxRows: number
  readonly stage?: string
  readonly code?: string
}

/** The rows that a run did not take, by its committed files alone. */
export interface RejectsReport {
  /** Of the output. */
  readonly folder: string
  readonly rejectsFolder: string
  /** Of all rows that fit the request. */
  readonly rowCount: number
  /** Most frequent first. */
  readonly causes: readonly RejectCause[]
  /** In the order of parts and rows, as many as were asked for. */
  readonly rows: readonly RejectRow[]
}

export interface RejectCause {
  readonly stage: string
  readonly code: ErrorCode
  readonly rowCount: number
  /** Of the first such row. */
  readonly message: string
}

export interface RejectRow {
  readonly stage: string
  readonly code: ErrorCode
  readonly message: string
  /** Of the input. */
  readonly file: string
  /** In its part, from 0. */
  readonly row: number
  /** Of the run's trace, as spans and logs of its stages tell it; null where its record does not say. */
  readonly trace: string | null
  /** Its input columns, or the text of what was no record. */
  readonly record: unknown
}
