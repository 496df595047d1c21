import { type AnyBatch, type ColumnVector, type NumericColumn, numericColumn } from '@redesmyn/core'

type HandlerColumn = ReturnType<AnyBatch['column']>

/** A column of a handler's batch as numbers, `true` as 1; undefined for texts and other values that are none. */
export function numbersOf(column: HandlerColumn, rowCount: number): NumericColumn | undefined {
  if (isNumberArray(column)) return { values: column, width: 1, isNull: isNullOf(column) }
  if (!isVector(column)) return undefined
  if (column.kind === 'fixed-list') return hasNumbers(column.items) ? numericColumn(column) : undefined
  if (column.kind !== 'bool') return undefined
  const values = Uint8Array.from({ length: rowCount }, (_, row) => Number(column.get(row) ?? false))
  return { values, width: 1, isNull: (row) => column.isNull(row) }
}

/** One value of any column. */
export function valueOf(column: HandlerColumn, row: number): unknown {
  return isNumberArray(column) ? column[row] : column.get(row)
}

type NumberColumn = Extract<HandlerColumn, { readonly byteLength: number }>

function isNumberArray(column: HandlerColumn): column is NumberColumn {
  return ArrayBuffer.isView(column)
}

function isNullOf(column: NumberColumn): NumericColumn['isNull'] {
  return hasNulls(column) ? (row) => column.isNull(row) : undefined
}

/** What is no typed array is a vector of the batch itself. */
function isVector(column: object): column is ColumnVector {
  return 'kind' in column && 'nulls' in column
}

function hasNumbers({ kind }: ColumnVector): boolean {
  return kind === 'number' || kind === 'int64'
}

function hasNulls(column: object): column is { isNull(row: number): boolean } {
  return 'isNull' in column && typeof column.isNull === 'function'
}
