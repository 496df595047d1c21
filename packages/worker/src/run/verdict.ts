import type { Effects, ErrorCode, PipelineError } from '@redesmyn/core'

/** What is done about rows whose batch has failed. */
export type Verdict =
  /** They are run again, all of them. */
  | 'retry'
  /** They are run again by halves, to find those that are to blame. */
  | 'halve'
  /** They are to blame. */
  | 'reject'
  /** No row is: the call has failed. */
  | 'fail'

export interface FailedRows {
  readonly rowCount: number
  /** How many threads have ended with exactly these rows, this time included. */
  readonly losses: number
  /** Whether a batch that they are a part of has failed before. */
  readonly isPart: boolean
}

/** Codes that a batch fails with for what is in its rows. */
const codesOfRows: readonly ErrorCode[] = [
  'HANDLER_ERROR',
  'REQUEST_INVALID',
  'RECORD_INVALID',
  'PARAMETER_INVALID',
  'ARTIFACT_SPEC_INVALID',
  'MODEL_NOT_FOUND',
  'PARTITION_MIXED',
  'BODY_MALFORMED',
  'BODY_TOO_LARGE',
  'DEADLINE_EXCEEDED',
  'EXECUTOR_LOST',
]

/** Rows that end two threads are poison: there is no third. */
const maxLosses = 2

/** How many threads, or processes elsewhere, an error tells of that ended with the rows. */
export function lossesIn({ code, details }: PipelineError): number {
  if (code !== 'EXECUTOR_LOST') return 0
  // Whoever had the rows run elsewhere has done so twice.
  return details['poison'] === true ? maxLosses : 1
}

/** Decides by the error and the rows alone, so that it comes out the same whatever else was going on. */
export function judge({ code, details }: PipelineError, effects: Effects, rows: FailedRows): Verdict {
  // A stage that was set up wrongly fails with any row.
  if (!codesOfRows.includes(code) || details['thrown'] === 'CONFIG_INVALID') return 'fail'
  // Rows whose first call may have done something are not given a second.
  if (effects === 'once') return 'reject'
  const isAlone = rows.rowCount === 1
  // Of a part it is known that it may be poison; a row that is rejected for it must have done it twice by itself.
  if (code === 'EXECUTOR_LOST' && rows.losses < maxLosses && (isAlone || !rows.isPart)) return 'retry'
  return isAlone ? 'reject' : 'halve'
}
