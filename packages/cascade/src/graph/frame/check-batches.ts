import {
  assignFields,
  type ErrorCode,
  PipelineError,
  type RecordBatch,
  type RecordCheck,
  type RecordIssue,
  type RecordSchema,
} from '@redesmyn/core'
import { hasRules } from './has-rules.ts'

export interface CheckedRows {
  readonly schema: RecordSchema
  readonly check: RecordCheck
  /** What is thrown for rows that break the schema. */
  readonly code: ErrorCode
  /** Who gave the rows, in words: `asset "daily" returned`. */
  readonly subject: string
}

/** An error of megabytes tells no more than one of a page. */
const maxIssues = 20

/**
 * The batches with exactly the schema's columns, in its order, numbers widened where need be; a view where nothing has to
 * change. Throws `code` naming the subject, the columns or the column and the row, what was expected and what came.
 */
export function checkBatches(batches: readonly RecordBatch[], rows: CheckedRows): readonly RecordBatch[] {
  let firstRow = 0
  return batches.map((batch) => {
    const assigned = assign(batch, firstRow, rows)
    if (hasRules(rows.schema)) checkRows(assigned, firstRow, rows)
    firstRow += batch.rowCount
    return assigned
  })
}

function assign(batch: RecordBatch, firstRow: number, rows: CheckedRows): RecordBatch {
  try {
    return assignFields(batch, rows.schema.fields)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    if (error.code === 'RECORD_INVALID') throw brokenRows(issuesOf(error), firstRow, rows)
    throw new PipelineError(rows.code, `${rows.subject} ${error.message}`, { details: error.details, cause: error })
  }
}

function checkRows(batch: RecordBatch, firstRow: number, rows: CheckedRows): void {
  const issues: RecordIssue[] = []
  for (let row = 0; row < batch.rowCount && issues.length < maxIssues; row++) {
    const record = batch.row(row)
    if (!rows.check.isValid(record)) issues.push(...rows.check.issues(record, row))
  }
  if (issues.length > 0) throw brokenRows(issues, firstRow, rows)
}

function brokenRows(issues: readonly RecordIssue[], firstRow: number, { code, subject }: CheckedRows): PipelineError {
  const told = issues.slice(0, maxIssues).map((issue) => ({ ...issue, row: firstRow + issue.row }))
  const [first] = told
  const head =
    first === undefined ? 'is invalid' : `column "${first.pointer.slice(1)}", row ${first.row}: ${first.message}`
  const rest = issues.length > 1 ? ` (and more)` : ''
  return new PipelineError(code, `${subject} a row that breaks its schema, ${head}${rest}`, {
    details: { issues: told },
  })
}

function issuesOf({ details }: PipelineError): readonly RecordIssue[] {
  // Of RECORD_INVALID they are always there.
  return Array.isArray(details.issues) ? (details.issues as readonly RecordIssue[]) : []
}
