import { type Field, type HandlerColumns, outputColumns } from '@redesmyn/core'
import { type ForeignParts, readForeign, readForeignColumn } from '../interop/read-foreign.ts'

export interface ReturnedParts extends ForeignParts {
  /** `undefined` where the stage has no output schema. */
  readonly fields: readonly Field[] | undefined
  readonly stage: string
}

/** Whatever a handler may return, as columns by name. Throws OUTPUT_SCHEMA_MISMATCH for what it may not. */
export function readOutput(returned: unknown, parts: ReturnedParts): HandlerColumns {
  const columns = outputColumns(parts.fields, readForeign(returned, parts), parts.stage)
  for (const name in columns) {
    // Nearly every handler returns plain columns: only one that does not costs a second object.
    if (readForeignColumn(columns[name]) !== columns[name]) return mapColumns(columns, readForeignColumn)
  }
  return columns
}

/**
 * Gives rejected rows the output of a row that has one: what a handler leaves there is ignored, whatever it is, and
 * must not break the others'.
 */
export function replaceRejected(returned: unknown, isRejected: (row: number) => boolean): unknown {
  if (isValues(returned)) return standIn(returned, isRejected)
  if (!isPlainObject(returned)) return returned
  return mapColumns(returned, (column) => {
    return isValues(column) && !('isNull' in column) ? standIn(column, isRejected) : column
  })
}

function mapColumns(columns: HandlerColumns, change: (column: unknown) => unknown): HandlerColumns {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, change(column)]))
}

function standIn(values: ArrayLike<unknown>, isRejected: (row: number) => boolean): unknown[] {
  let kept: unknown
  for (let row = 0; row < values.length; row++) {
    kept = values[row]
    if (!isRejected(row)) break
  }
  return Array.from(values, (value, row) => (isRejected(row) ? kept : value))
}

function isValues(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
