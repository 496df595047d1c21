import { PipelineError } from '../errors/pipeline-error.ts'
import { type Int64Array, isInt64Array, type NumberArray } from './number-array.ts'
import type { ColumnVector } from './vectors/column-vector.ts'

/** What a tensor's values lie in. */
export type TensorArray = NumberArray | Int64Array

/** A column whose values are numbers: one in a row, or a fixed list of them. */
export interface NumericColumn {
  readonly values: ArrayLike<number> | ArrayLike<bigint>
  /** Numbers in a row. */
  readonly width: number
  /** Undefined where no row is null. */
  readonly isNull: ((row: number) => boolean) | undefined
}

/** Throws HANDLER_ERROR for a column of anything but numbers. */
export function numericColumn(column: ColumnVector): NumericColumn {
  const numbers = column.kind === 'fixed-list' ? column.items : column
  if (numbers.kind !== 'number' && numbers.kind !== 'int64') {
    const { name, type } = column.field
    throw new PipelineError('HANDLER_ERROR', `column "${name}" holds ${type.kind}, expected numbers`)
  }
  const width = column.kind === 'fixed-list' ? column.size : 1
  const isNull = column.nulls.count === 0 ? undefined : (row: number) => column.isNull(row)
  return { values: numbers.values, width, isNull }
}

export function widthOf(columns: readonly NumericColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0)
}

/** So many rows of a tensor stay in the processor's cache while one column after the other is written into them. */
const blockRows = 1024

/** Writes the columns side by side, row after row: the one copy on the way into a tensor. Null is NaN, or 0 in integers. */
export function fillTensor(target: TensorArray, columns: readonly NumericColumn[], rowCount: number): void {
  const rowWidth = widthOf(columns)
  for (let from = 0; from < rowCount; from += blockRows) {
    const to = Math.min(from + blockRows, rowCount)
    let first = 0
    for (const column of columns) {
      const place = { first, rowWidth, from, to }
      fillRows(target, column, place)
      fillNulls(target, column, place)
      first += column.width
    }
  }
}

/** Rows `from` to `to` (exclusive) of a column that begins at `first` in each row of the tensor. */
interface Place {
  readonly first: number
  readonly rowWidth: number
  readonly from: number
  readonly to: number
}

function fillRows(target: TensorArray, { values, width }: NumericColumn, place: Place): void {
  if (isInt64Array(target)) fillBigints(target, values, width, place)
  else if (isInt64Array(values)) fillFromBigints(target, values, width, place)
  else if (isNumbers(values)) fillNumbers(target, values, width, place)
}

function fillNumbers(target: NumberArray, values: ArrayLike<number>, width: number, place: Place): void {
  const { first, rowWidth, from, to } = place
  if (width === 1) {
    let at = from * rowWidth + first
    for (let row = from; row < to; row++, at += rowWidth) target[at] = values[row]
    return
  }
  for (let row = from; row < to; row++) {
    const at = row * rowWidth + first
    for (let item = 0; item < width; item++) target[at + item] = values[row * width + item]
  }
}

/** By their halves: a bigint that is read from an array is an object to be made, ten times the work of a number. */
function fillFromBigints(
  target: NumberArray,
  values: BigInt64Array | BigUint64Array,
  width: number,
  { first, rowWidth, from, to }: Place,
): void {
  const low = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  const high = values instanceof BigInt64Array ? new Int32Array(low.buffer, low.byteOffset, low.length) : low
  for (let row = from; row < to; row++) {
    const at = row * rowWidth + first
    for (let item = 0; item < width; item++) {
      const half = (row * width + item) * 2
      target[at + item] = high[half + 1] * 2 ** 32 + low[half]
    }
  }
}

function fillBigints(
  target: BigInt64Array | BigUint64Array,
  values: NumericColumn['values'],
  width: number,
  { first, rowWidth, from, to }: Place,
): void {
  for (let row = from; row < to; row++) {
    const at = row * rowWidth + first
    for (let item = 0; item < width; item++) target[at + item] = BigInt(values[row * width + item])
  }
}

function fillNulls(target: TensorArray, { isNull, width }: NumericColumn, { first, rowWidth, from, to }: Place): void {
  if (isNull === undefined || !(target instanceof Float32Array || target instanceof Float64Array)) return
  for (let row = from; row < to; row++) {
    if (!isNull(row)) continue
    const at = row * rowWidth + first
    target.fill(Number.NaN, at, at + width)
  }
}

function isNumbers(values: NumericColumn['values']): values is ArrayLike<number> {
  return !isInt64Array(values)
}
