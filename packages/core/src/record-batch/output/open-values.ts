import type { Field } from '../../schema/field.ts'
import { isArrayLike } from '../array-like.ts'
import { isRecord } from '../read-field.ts'
import { ValueVector } from '../vectors/value-vector.ts'

interface Readable {
  readonly length: number
  get(row: number): unknown
}

/**
 * Reads a column that a handler gave as an array, a typed array, or what has `length` and `get(row)`; `undefined` for
 * what cannot be a column.
 */
export function openValues(field: Field, column: unknown): ValueVector | undefined {
  if (isArrayLike(column)) {
    if (!hasNulls(column)) return new ValueVector(field, column.length, (row) => column[row])
    return new ValueVector(field, column.length, (row) => (column.isNull(row) ? null : column[row]))
  }
  return isReadable(column) ? new ValueVector(field, column.length, (row) => column.get(row)) : undefined
}

/** A nullable column's typed array, as `handlerColumn` gives it: zeros stand for its nulls. */
export function hasNulls<T extends ArrayLike<unknown>>(column: T): column is T & { isNull(row: number): boolean } {
  return 'isNull' in column && typeof column.isNull === 'function'
}

export function isReadable(column: unknown): column is Readable {
  return isRecord(column) && typeof column.length === 'number' && typeof column.get === 'function'
}
