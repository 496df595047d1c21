import { type ColumnSource, type ColumnType, type ColumnVector, type Field, ValueVector } from '@redesmyn/core'

type NumericType = Extract<ColumnType, { kind: 'int' | 'float' }>

/** Which numbers a column takes, whatever the width they come in. */
export interface NumericRange {
  readonly minimum: bigint
  readonly maximum: bigint
  readonly isWhole: boolean
}

/** Doubles and floats of 32 bits hold every integer up to here. */
const exactIntegerBits = { 32: 24n, 64: 53n } as const

/**
 * What numbers of type `source` must keep to so that a column of type `target` holds them, where the types alone do not
 * say it: most writers give their integers 64 bits. Undefined where one cannot become the other at all.
 */
export function castRange(target: ColumnType, source: ColumnType): NumericRange | undefined {
  if (!isNumeric(target) || !isNumeric(source)) return undefined
  if (target.kind === 'float') {
    if (source.kind === 'float') return anyNumber
    const bound = 1n << exactIntegerBits[target.bits]
    return { minimum: -bound, maximum: bound, isWhole: true }
  }
  const valueBits = BigInt(target.isSigned ? target.bits - 1 : target.bits)
  const minimum = target.isSigned ? -(1n << valueBits) : 0n
  const maximum = (1n << valueBits) - 1n
  // A double beyond 2^53 may stand for other integers than itself.
  if (source.kind === 'float') return narrower({ minimum, maximum, isWhole: true }, 1n << exactIntegerBits[source.bits])
  return { minimum, maximum, isWhole: true }
}

/** Rows whose values are outside a range, ascending. */
export function rowsOutside(vector: ColumnVector, range: NumericRange): readonly number[] {
  if (range === anyNumber) return []
  const rows: number[] = []
  const holds = testOf(vector, range)
  for (let row = 0; row < vector.length; row++) if (!holds(row) && !vector.isNull(row)) rows.push(row)
  return rows
}

/** The values as a column of the target's type takes them; those outside its range must not be read. */
export function castColumn(field: Field, vector: ColumnVector): ColumnSource {
  const { type } = field
  if (vector.kind !== 'int64') return new ValueVector(field, vector.length, (row) => vector.get(row))
  const isWide = type.kind === 'int' && type.bits === 64
  const read = isWide ? (row: number) => vector.values[row] : (row: number) => vector.numberAt(row)
  return new ValueVector(field, vector.length, (row) => (vector.isNull(row) ? null : read(row)))
}

const anyNumber: NumericRange = { minimum: 0n, maximum: 0n, isWhole: false }

function testOf(vector: ColumnVector, { minimum, maximum }: NumericRange): (row: number) => boolean {
  if (vector.kind === 'int64') {
    const { values } = vector
    return (row) => values[row] >= minimum && values[row] <= maximum
  }
  if (vector.kind !== 'number') return () => false
  const { values } = vector
  const least = Number(minimum)
  const most = Number(maximum)
  return (row) => {
    const value = values[row]
    return value >= least && value <= most && Number.isInteger(value)
  }
}

function narrower(range: NumericRange, bound: bigint): NumericRange {
  const minimum = range.minimum < -bound ? -bound : range.minimum
  return { ...range, minimum, maximum: range.maximum > bound ? bound : range.maximum }
}

function isNumeric(type: ColumnType): type is NumericType {
  return type.kind === 'int' || type.kind === 'float'
}
