import type { Field } from '../../schema/field.ts'
import { int64ArrayClass, isInt64, isInt64Array, isNumberArray, numberArrayClass } from '../number-array.ts'
import { isSameType } from '../same-type.ts'
import type { ColumnVector } from '../vectors/column-vector.ts'
import { Int64Vector } from '../vectors/int64-vector.ts'
import { isColumnVector } from '../vectors/is-column-vector.ts'
import { NullMask } from '../vectors/null-mask.ts'
import { NumberVector } from '../vectors/number-vector.ts'
import { hasNulls } from './open-values.ts'

/** A column that can be copied whole, because its type alone rules out values that do not fit. */
export function directVector(field: Field, input: unknown): ColumnVector | undefined {
  const { type } = field
  if (isColumnVector(input)) {
    const fits = isSameType(type, input.field.type) && (field.isNullable || input.nulls.count === 0)
    return fits ? input : undefined
  }
  if (type.kind !== 'float' && type.kind !== 'int' && type.kind !== 'timestamp') return undefined
  if (isInt64Array(input)) {
    if (hasNulls(input) || !isInt64(type) || !(input instanceof int64ArrayClass(type))) return undefined
    return new Int64Vector(field, new NullMask(undefined, input.length), input)
  }
  if (!isNumberArray(input) || hasNulls(input) || isInt64(type)) return undefined
  const fits = type.kind === 'float' || input instanceof numberArrayClass(type)
  return fits ? new NumberVector(field, new NullMask(undefined, input.length), input) : undefined
}
