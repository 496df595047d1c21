import { PipelineError } from '../../errors/pipeline-error.ts'
import { describeKind } from '../../schema/describe-kind.ts'
import type { Field } from '../../schema/field.ts'
import { describeType } from '../../schema/fingerprint-fields.ts'
import { readField } from '../read-field.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import { ValueVector } from '../vectors/value-vector.ts'
import { directVector } from './direct-vector.ts'
import { findMismatch } from './find-mismatch.ts'
import { openValues } from './open-values.ts'

/** What a handler returned, by column name. */
export type HandlerColumns = Readonly<Record<string, unknown>>

/**
 * What each output column is filled from, in schema order. Throws OUTPUT_SCHEMA_MISMATCH for a column that is missing,
 * has no place in the schema, or holds a value of another type, and HANDLER_OUTPUT_MISMATCH for a wrong row count.
 */
export function columnSources(
  fields: readonly Field[],
  columns: HandlerColumns,
  rowCount: number,
  stage: string,
): ColumnSource[] {
  assertNames(fields, columns, stage)
  return fields.map((field) => {
    const source = openSource(field, columns, rowCount)
    if (source === undefined) throw notAColumn(field, readField(columns, field.name), stage)
    assertRowCount(rowCount, source.length, stage)
    if (source.kind === 'value') assertValues(source, stage)
    return source
  })
}

/** One column as it was given, unchecked; `undefined` for what cannot be one. */
export function openSource(field: Field, columns: HandlerColumns, rowCount: number): ColumnSource | undefined {
  const column = readField(columns, field.name)
  if (column === undefined && field.isNullable) return new ValueVector(field, rowCount, () => null)
  return directVector(field, column) ?? openValues(field, column)
}

function assertNames(fields: readonly Field[], columns: HandlerColumns, stage: string): void {
  for (const name of Object.keys(columns)) {
    if (fields.some((field) => field.name === name) || columns[name] === undefined) continue
    const expected = fields.map((field) => `"${field.name}"`).join(', ')
    throw mismatch(`stage "${stage}" returned a column "${name}", expected only ${expected}`, { stage, column: name })
  }
}

function assertRowCount(expected: number, received: number, stage: string): void {
  if (received === expected) return
  throw new PipelineError('HANDLER_OUTPUT_MISMATCH', `stage "${stage}" returned ${received} rows for ${expected}`, {
    details: { stage, expected, received },
  })
}

function assertValues(source: ValueVector, stage: string): void {
  const { field, length } = source
  for (let row = 0; row < length; row++) {
    const found = findMismatch(field, source.get(row))
    if (found === undefined) continue
    const { pointer, expected, received } = found
    const place = `column "${field.name}", row ${row}${pointer === '' ? '' : ` at ${pointer}`}`
    const details = { stage, column: field.name, row, pointer, expected, received }
    throw mismatch(`stage "${stage}" returned ${received} in ${place}, expected ${expected}`, details)
  }
}

function notAColumn({ name, type }: Field, received: unknown, stage: string): PipelineError {
  const expected = describeType(type)
  if (received === undefined) {
    return mismatch(`stage "${stage}" returned no column "${name}", expected ${expected}`, {
      stage,
      column: name,
      expected,
    })
  }
  const kind = describeKind(received)
  return mismatch(`stage "${stage}" returned ${kind} as column "${name}", expected a column of ${expected}`, {
    stage,
    column: name,
    expected,
    received: kind,
  })
}

function mismatch(message: string, details: Readonly<Record<string, unknown>>): PipelineError {
  return new PipelineError('OUTPUT_SCHEMA_MISMATCH', message, { details })
}
