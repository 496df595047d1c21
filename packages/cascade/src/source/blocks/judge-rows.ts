import { type RecordBatch, type RecordSchema, compileJsonWriter } from '@redesmyn/core'
import type { BadRow } from '../source-format.ts'
import type { ColumnPlan } from './column-plan.ts'
import type { ValueCheck } from './value-check.ts'

/** What to hold the rows of a file against. */
export interface RowRules {
  readonly schema: RecordSchema
  readonly plan: ColumnPlan
  readonly checkValues: ValueCheck
}

/** Rows from `from` to `to` (exclusive), all of them good. */
export interface RowRun {
  readonly from: number
  readonly to: number
}

export interface JudgedRows {
  /** Ascending, without gaps but for the bad rows. */
  readonly good: readonly RowRun[]
  /** Ascending; `row` counts from the batch's first. */
  readonly bad: readonly BadRow[]
}

/** Tells the rows that keep their schema from those that do not. */
export function judgeRows(batch: RecordBatch, { plan, checkValues }: RowRules): JudgedRows {
  const faults = new Map<number, string>()
  const add = (row: number, message: string): void => {
    if (!faults.has(row)) faults.set(row, message)
  }
  for (const { row, message } of plan.faults(batch)) add(row, message)
  for (const { row, message } of checkValues(plan.sources(batch), batch.rowCount)) add(row, message)
  if (faults.size === 0) return { good: [{ from: 0, to: batch.rowCount }], bad: [] }
  const rows = [...faults.keys()].toSorted((left, right) => left - right)
  return { good: runsBetween(rows, batch.rowCount), bad: describeRows(batch, rows, faults) }
}

function runsBetween(rows: readonly number[], rowCount: number): readonly RowRun[] {
  const ends = [...rows, rowCount]
  return ends
    .map((to, index) => ({ from: index === 0 ? 0 : ends[index - 1] + 1, to }))
    .filter(({ from, to }) => to > from)
}

function describeRows(
  batch: RecordBatch,
  rows: readonly number[],
  faults: ReadonlyMap<number, string>,
): readonly BadRow[] {
  const json = compileJsonWriter(batch.fields).bind(batch)
  const encoder = new TextEncoder()
  return rows.map((row) => {
    return { row, code: 'RECORD_INVALID', message: faults.get(row) ?? '', text: encoder.encode(json.object(row)) }
  })
}
