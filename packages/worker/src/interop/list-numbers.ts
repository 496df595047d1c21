import type { ColumnVector, NumericColumn } from '@redesmyn/core'

/** A column of lists of any length, of numbers or of further lists. */
export type ListColumn = Extract<ColumnVector, { readonly kind: 'list' }>

type Numbers = Extract<ColumnVector, { readonly kind: 'number' | 'int64' }>['values']

interface NumberRange {
  readonly values: Numbers
  readonly from: number
  readonly to: number
}

/** How many items the list of a row has, and each of those; undefined for null, and where those are not all equal. */
export function listShape(column: ColumnVector, row: number): readonly number[] | undefined {
  if (column.kind !== 'list' && column.kind !== 'fixed-list') return []
  if (column.isNull(row)) return undefined
  const from = column.kind === 'list' ? column.offsets[row] : row * column.size
  const length = column.kind === 'list' ? column.offsets[row + 1] - from : column.size
  if (column.items.kind !== 'list' && column.items.kind !== 'fixed-list') return [length]
  const shapes = Array.from({ length }, (_, index) => listShape(column.items, from + index))
  const [first] = shapes
  if (first === undefined || shapes.some((shape) => shape?.join() !== first.join())) return undefined
  return [length, ...first]
}

/** Whether there are numbers at the bottom of the lists. */
export function holdsNumbers(column: ListColumn): boolean {
  return innermost(column, 0, 0) !== undefined
}

/** The numbers of lists, `width` in a row; those rows that are not sound, whose lists are other ones, are left zero. */
export function listNumbers(column: ListColumn, width: number, isSound: readonly boolean[]): NumericColumn {
  const isNull = (row: number): boolean => column.isNull(row)
  const all = innermost(column, 0, isSound.length)
  if (all !== undefined && isSound.every(Boolean)) {
    return { values: all.values.subarray(all.from, all.to), width, isNull }
  }
  const isBig = all?.values instanceof BigInt64Array || all?.values instanceof BigUint64Array
  const bigints = new BigInt64Array(isBig ? isSound.length * width : 0)
  const numbers = new Float64Array(isBig ? 0 : isSound.length * width)
  for (const [row, isRowSound] of isSound.entries()) {
    const own = isRowSound ? innermost(column, row, row + 1) : undefined
    if (own === undefined) continue
    const values = own.values.subarray(own.from, own.to)
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) bigints.set(values, row * width)
    else numbers.set(values, row * width)
  }
  return { values: isBig ? bigints : numbers, width, isNull }
}

/** Where the numbers of rows `from` to `to` (exclusive) are, however deep they lie. */
function innermost(column: ColumnVector, from: number, to: number): NumberRange | undefined {
  switch (column.kind) {
    case 'list':
      return innermost(column.items, column.offsets[from], column.offsets[to])
    case 'fixed-list':
      return innermost(column.items, from * column.size, to * column.size)
    case 'number':
    case 'int64':
      return { values: column.values, from, to }
    default:
      return undefined
  }
}
