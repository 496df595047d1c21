import { type ColumnVector, PipelineError } from '@redesmyn/core'

/** What a tensor's values lie in. */
export type TensorArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

/** A column whose values are numbers: one in a row, or a fixed list of them. */
export interface NumericColumn {
  readonly values: ArrayLike<number> | ArrayLike<bigint>
  /** Numbers in a row. */
  readonly width: number
  isNull(row: number): boolean
}

/** Throws HANDLER_ERROR for a column of anything but numbers. */
export function numericColumn(column: ColumnVector): NumericColumn {
  const numbers = column.kind === 'fixed-list' ? column.items : column
  if (numbers.kind !== 'number' && numbers.kind !== 'int64') {
    const { name, type } = column.field
    throw new PipelineError('HANDLER_ERROR', `column "${name}" holds ${type.kind}, a tensor takes numbers only`)
  }
  const width = column.kind === 'fixed-list' ? column.size : 1
  return { values: numbers.values, width, isNull: (row) => column.isNull(row) }
}

export function widthOf(columns: readonly NumericColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0)
}

/** Writes the columns side by side, row after row: the one copy on the way into a tensor. Null is NaN, or 0 in integers. */
export function fillTensor(target: TensorArray, columns: readonly NumericColumn[], rowCount: number): void {
  const rowWidth = widthOf(columns)
  let first = 0
  for (const column of columns) {
    const place = { first, rowWidth, rowCount }
    if (column.width !== rowWidth || !setWhole(target, column.values)) fillColumn(target, column, place)
    if (target instanceof Float32Array || target instanceof Float64Array) fillNulls(target, column, place)
    first += column.width
  }
}

interface Place {
  /** Where the column begins in a row of the tensor. */
  readonly first: number
  readonly rowWidth: number
  readonly rowCount: number
}

/** A column that is the whole tensor is copied in one go. */
function setWhole(target: TensorArray, values: NumericColumn['values']): boolean {
  if (isBigints(target) && isBigints(values)) target.set(values)
  else if (!isBigints(target) && isNumbers(values)) target.set(values)
  else return false
  return true
}

function fillColumn(target: TensorArray, { values, width }: NumericColumn, { first, rowWidth, rowCount }: Place): void {
  let from = 0
  for (let row = 0; row < rowCount; row++) {
    const to = row * rowWidth + first
    for (let item = 0; item < width; item++) {
      if (isBigints(target)) target[to + item] = BigInt(values[from++])
      else target[to + item] = Number(values[from++])
    }
  }
}

function fillNulls(
  target: Float32Array | Float64Array,
  column: NumericColumn,
  { first, rowWidth, rowCount }: Place,
): void {
  for (let row = 0; row < rowCount; row++) {
    if (!column.isNull(row)) continue
    const to = row * rowWidth + first
    target.fill(Number.NaN, to, to + column.width)
  }
}

function isBigints(values: TensorArray | NumericColumn['values']): values is BigInt64Array | BigUint64Array {
  return values instanceof BigInt64Array || values instanceof BigUint64Array
}

function isNumbers(values: NumericColumn['values']): values is ArrayLike<number> {
  return !isBigints(values)
}
