import type { Int64Array, NumberArray } from './number-array.ts'
import type { ColumnVector } from './vectors/column-vector.ts'

/** Numbers of a nullable column: null slots hold 0, `isNull` tells them apart. */
export type NullableNumbers = (NumberArray | Int64Array) & { isNull(row: number): boolean }

/**
 * A column as a handler sees it: a typed array over the slab for numbers, for everything else what has `length`,
 * `get(row)` and `isNull(row)`.
 */
export function handlerColumn(vector: ColumnVector): NumberArray | Int64Array | NullableNumbers | ColumnVector {
  if (vector.kind !== 'number' && vector.kind !== 'int64') return vector
  if (!vector.field.isNullable) return vector.values
  return Object.assign(vector.values.subarray(), { isNull: (row: number) => vector.isNull(row) })
}
