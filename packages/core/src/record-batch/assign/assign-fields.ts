import { PipelineError } from '../../errors/pipeline-error.ts'
import type { Field } from '../../schema/field.ts'
import { describeType } from '../../schema/fingerprint-fields.ts'
import { pointerTo } from '../../schema/json-pointer.ts'
import { type RecordIssue, recordInvalid } from '../../schema/record-issue.ts'
import { childFields } from '../child-fields.ts'
import { findMismatch } from '../output/find-mismatch.ts'
import { RecordBatch } from '../record-batch.ts'
import { rewriteColumns } from '../rewrite-columns.ts'
import type { ColumnSource, ColumnVector } from '../vectors/column-vector.ts'
import { ValueVector } from '../vectors/value-vector.ts'
import { assignLayout } from './assign-layout.ts'
import { isAssignable } from './is-assignable.ts'

/** A column of nothing but nulls should not make an error of megabytes. */
const maxIssues = 100

/**
 * A batch that came from elsewhere as one with exactly these fields, in this order: a view where the columns have the
 * same types, else a copy with the numbers widened. Columns that are not asked for are left out.
 *
 * Throws SCHEMA_MISMATCH naming the columns that are missing or have another type, and RECORD_INVALID naming the row
 * where a null is that no field allows.
 */
export function assignFields(batch: RecordBatch, fields: readonly Field[]): RecordBatch {
  assertAssignable(batch, fields)
  assertNulls(batch, fields)
  const layouts = fields.flatMap((field) => {
    const layout = batch.layout.columns.find((column) => column.field.name === field.name)
    return (layout && assignLayout(field, layout)) ?? []
  })
  if (layouts.length === fields.length) {
    return new RecordBatch({ ...batch.layout, fields, columns: layouts }, batch.buffer, batch.rowCount)
  }
  const sources = fields.map((field) => sourceOf(field, batch))
  return rewriteColumns(fields, sources, batch.rowCount, Number.POSITIVE_INFINITY)
}

function assertAssignable(batch: RecordBatch, fields: readonly Field[]): void {
  const problems = fields.flatMap((field) => describeProblem(field, findColumn(batch, field)) ?? [])
  if (problems.length === 0) return
  throw new PipelineError('SCHEMA_MISMATCH', `the columns do not match: ${problems.join(', ')}`, {
    details: { columns: problems },
  })
}

function describeProblem(field: Field, column: ColumnVector | undefined): string | undefined {
  if (column === undefined) return field.isNullable ? undefined : `"${field.name}" is missing`
  if (isAssignable(field.type, column.field.type)) return undefined
  return `"${field.name}" is ${describeType(column.field.type)} and must be ${describeType(field.type)}`
}

/** Many writers declare everything nullable: what counts is whether there are nulls. */
function assertNulls(batch: RecordBatch, fields: readonly Field[]): void {
  const issues = fields.flatMap((field) => {
    const column = findColumn(batch, field)
    return column !== undefined && mayLackValues(field, column) ? findNulls(field, column) : []
  })
  if (issues.length > 0) throw recordInvalid(issues)
}

/** Whether something is null that the field, or one inside it, rules out; a look at each value has to confirm it. */
function mayLackValues(field: Field, column: ColumnVector): boolean {
  if (!field.isNullable && column.nulls.count > 0) return true
  return childFields(field.type).some((child) => {
    const inner = findInner(column, child)
    return inner !== undefined && mayLackValues(child, inner)
  })
}

function findNulls(field: Field, column: ColumnVector): RecordIssue[] {
  const issues: RecordIssue[] = []
  for (let row = 0; row < column.length && issues.length < maxIssues; row++) {
    const found = findMismatch(field, column.get(row))
    if (found === undefined) continue
    const pointer = `${pointerTo('', field.name)}${found.pointer}`
    issues.push({ row, pointer, rule: 'type', message: `must be ${found.expected}, got ${found.received}` })
  }
  return issues
}

function sourceOf(field: Field, batch: RecordBatch): ColumnSource {
  return findColumn(batch, field) ?? new ValueVector(field, batch.rowCount, () => null)
}

/** The items of a list, or the column of a struct that has the child's name. */
function findInner(column: ColumnVector, child: Field): ColumnVector | undefined {
  if (column.kind === 'list' || column.kind === 'fixed-list') return column.items
  return column.kind === 'struct' ? column.columns.find(({ field }) => field.name === child.name) : undefined
}

function findColumn(batch: RecordBatch, field: Field): ColumnVector | undefined {
  return batch.columns.find((column) => column.field.name === field.name)
}
