import type { ColumnSource } from './column-vector.ts'

/** One row as a record. Every name becomes an own property, even `__proto__`. */
export function readRow(columns: readonly ColumnSource[], row: number): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const column of columns) {
    const { name } = column.field
    const value = column.get(row)
    if (name === '__proto__') defineProto(record, value)
    else record[name] = value
  }
  return record
}

/** Plain assignment would replace the prototype instead. */
function defineProto(record: Record<string, unknown>, value: unknown): void {
  Object.defineProperty(record, '__proto__', { value, writable: true, enumerable: true, configurable: true })
}
