import { assignFields, type ErrorCode, PipelineError, type RecordBatch, type RecordSchema } from '@redesmyn/core'
import { createValueCheck } from '../../source/blocks/value-check.ts'

export interface CheckedRows {
  readonly schema: RecordSchema
  /** What is thrown for rows that break the schema. */
  readonly code: ErrorCode
  /** Who gave the rows, in words: `asset "daily" returned`. */
  readonly subject: string
}

/** A row, counted over all batches, and what is wrong with it. */
interface BrokenRow {
  readonly row: number
  readonly message: string
}

/** An error of megabytes tells no more than one of a page. */
const maxTold = 20

/**
 * The batches with exactly the schema's columns, in its order, numbers widened where need be; a view where nothing has to
 * change. Throws `code` naming the subject, the columns or the column and the row, what was expected and what came.
 */
export async function checkBatches(
  batches: readonly RecordBatch[],
  rows: CheckedRows,
): Promise<readonly RecordBatch[]> {
  const checkValues = await createValueCheck(rows.schema)
  let firstRow = 0
  return batches.map((batch) => {
    const assigned = assign(batch, firstRow, rows)
    const faults = checkValues(assigned.columns, assigned.rowCount)
    if (faults.length > 0) throw brokenRows(faults, firstRow, rows)
    firstRow += batch.rowCount
    return assigned
  })
}

function assign(batch: RecordBatch, firstRow: number, rows: CheckedRows): RecordBatch {
  try {
    return assignFields(batch, rows.schema.fields)
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    if (error.code === 'RECORD_INVALID') throw brokenRows(nullsOf(error), firstRow, rows)
    const message = `${rows.subject} other columns than its schema's: ${error.message}`
    throw new PipelineError(rows.code, message, { details: error.details, cause: error })
  }
}

function brokenRows(faults: readonly BrokenRow[], firstRow: number, { code, subject }: CheckedRows): PipelineError {
  const told = faults.slice(0, maxTold).map(({ row, message }) => ({ row: firstRow + row, message }))
  const first = told.slice(0, 1).map(({ row, message }) => `row ${row}: ${message}`)
  const rest = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  const message = `${subject} rows that break its schema, ${first.join('')}${rest}`
  return new PipelineError(code, message, { details: { issues: told } })
}

function nullsOf({ details, message }: PipelineError): readonly BrokenRow[] {
  const { issues } = details
  if (!Array.isArray(issues)) return [{ row: 0, message }]
  return issues.map(({ row, pointer, message: fault }: RowIssue) => ({
    row,
    message: `${pointer} ${fault}`,
  }))
}

/** Of RECORD_INVALID's details. */
interface RowIssue extends BrokenRow {
  readonly pointer: string
}
