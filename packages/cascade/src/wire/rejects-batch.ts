import {
  BatchWriter,
  type ColumnVector,
  type Field,
  isErrorCode,
  layoutBatch,
  measureRecords,
  PipelineError,
  type RecordBatch,
} from '@redesmyn/core'
import type { CallReject } from '../handoff/between.ts'

/** The columns of the stream that tells which rows of a call failed, and why. */
export const rejectFields: readonly Field[] = Object.freeze([
  { name: 'row', type: { kind: 'int', bits: 32, isSigned: true, as: 'number' }, isNullable: false },
  { name: 'code', type: { kind: 'utf8' }, isNullable: false },
  { name: 'message', type: { kind: 'utf8' }, isNullable: false },
])

export function writeRejects(rejects: readonly CallReject[]): RecordBatch {
  const layout = layoutBatch(rejectFields, measureRecords(rejectFields, rejects, 0, rejects.length))
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  if (writer.appendRecords(rejects, 0, rejects.length)) return writer.batch()
  throw new PipelineError('INTERNAL', 'rejects do not fit the room that was measured for them')
}

/** Throws BODY_MALFORMED for rows that the call does not have, that come twice or out of turn, and for unknown codes. */
export function readRejects(batch: RecordBatch, rowCount: number): readonly CallReject[] {
  const [rows, codes, messages] = rejectFields.map((field) => columnOf(batch, field))
  let last = -1
  return Array.from({ length: batch.rowCount }, (_, index) => {
    const row = Number(rows.get(index))
    const code = textOf(codes, index)
    if (!(Number.isInteger(row) && row > last && row < rowCount)) {
      throw malformed(`expected a row after ${last} and below ${rowCount}, got ${row}`)
    }
    if (!isErrorCode(code)) throw malformed(`expected a code of the table of errors, got "${code}"`)
    last = row
    return { row, code, message: textOf(messages, index) }
  })
}

function columnOf({ columns }: RecordBatch, { name }: Field): ColumnVector {
  const found = columns.find(({ field }) => field.name === name)
  if (found === undefined) throw malformed(`expected a column "${name}"`)
  return found
}

function textOf(column: ColumnVector, index: number): string {
  const value = column.get(index)
  if (typeof value !== 'string') throw malformed(`expected text in column "${column.field.name}", got ${typeof value}`)
  return value
}

function malformed(problem: string): PipelineError {
  return new PipelineError('BODY_MALFORMED', `the rejects of a reply are malformed: ${problem}`)
}
