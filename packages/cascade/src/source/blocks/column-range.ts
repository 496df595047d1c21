import { type ColumnSource, type ColumnType, column, type Field, hasRefinement, hasValueRules } from '@redesmyn/core'

/** The bounds of a column of numbers. */
export interface ColumnRange {
  readonly index: number
  readonly name: string
  readonly minimum: number | bigint
  readonly maximum: number | bigint
  /** Whether these are the bounds of the column's type, which no value can leave. */
  readonly isOwn: boolean
}

/** `undefined` where the schema asks for anything but bounds, or the values are no numbers. */
export function rangeOf(property: unknown, { name, type }: Field, index: number): ColumnRange | undefined {
  const bounds = boundsOf(withoutNull(property))
  if (bounds === undefined || !isNumeric(type)) return undefined
  const own = boundsOf(ownSchemaOf(type))
  const isOwn = own !== undefined && bounds.minimum <= own.minimum && bounds.maximum >= own.maximum
  return { index, name, ...bounds, isOwn: isOwn && type.kind !== 'timestamp' }
}

/** Rows whose values are outside the bounds, ascending. NaN is inside none. */
export function rowsOutOfRange(source: ColumnSource, range: ColumnRange): readonly number[] {
  if (isWithin(source, range)) return []
  const { minimum, maximum } = range
  const rows: number[] = []
  for (let row = 0; row < source.length; row++) {
    const value = valueAt(source, row)
    if (!(value >= minimum && value <= maximum) && !source.isNull(row)) rows.push(row)
  }
  return rows
}

/** A first look at columns that are whole, as nearly all are: nothing but a loop over an array. */
function isWithin(source: ColumnSource, { minimum, maximum }: ColumnRange): boolean {
  if (typeof minimum !== 'number' || typeof maximum !== 'number') return false
  if (source.kind === 'number') return areWithin(source.values, minimum, maximum)
  if (source.kind !== 'int64') return false
  for (let row = 0; row < source.length; row++) {
    const value = source.numberAt(row)
    // A value past 2^53 is rounded here, perhaps onto a bound: whoever is in doubt looks again.
    if (!(value > minimum && value < maximum) && !(value === minimum && Number.isSafeInteger(value))) return false
  }
  return true
}

function areWithin(values: ArrayLike<number>, minimum: number, maximum: number): boolean {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (!(value >= minimum && value <= maximum)) return false
  }
  return true
}

function valueAt(source: ColumnSource, row: number): number | bigint {
  if (source.kind === 'number') return source.values[row]
  if (source.kind === 'int64') return isExact(source.field.type) ? source.values[row] : source.numberAt(row)
  const value = source.get(row)
  return typeof value === 'bigint' ? value : Number(value)
}

/** Of a union of null and one other schema that other one: nulls are looked at apart. */
function withoutNull(property: unknown): unknown {
  if (typeof property !== 'object' || property === null || !('anyOf' in property)) return property
  if (hasRefinement(property)) return property
  const { anyOf, ...rest } = property
  if (!Array.isArray(anyOf) || hasValueRules(rest)) return property
  const present: readonly unknown[] = anyOf.filter((member) => !isNull(member))
  return present.length === 1 && anyOf.length === 2 ? present[0] : property
}

function isNull(member: unknown): boolean {
  return typeof member === 'object' && member !== null && 'type' in member && member.type === 'null'
}

function boundsOf(property: unknown): Pick<ColumnRange, 'minimum' | 'maximum'> | undefined {
  if (typeof property !== 'object' || property === null || hasRefinement(property)) return undefined
  const {
    minimum = -Number.MAX_VALUE,
    maximum = Number.MAX_VALUE,
    format,
    ...rest
  }: Readonly<Record<string, unknown>> = { ...property }
  // Of integers of 64 bits the format says what the column's type says too.
  const isTyped = format === undefined || format === 'int64' || format === 'uint64'
  return isTyped && !hasValueRules(rest) && isBound(minimum) && isBound(maximum) ? { minimum, maximum } : undefined
}

function isBound(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function isNumeric({ kind }: ColumnType): boolean {
  return kind === 'int' || kind === 'float' || kind === 'timestamp'
}

function isExact(type: ColumnType): boolean {
  return type.kind === 'int' && type.as === 'bigint'
}

/** The schema of a column of which nothing more is asked. */
function ownSchemaOf(type: ColumnType): unknown {
  if (type.kind === 'timestamp') return column.timestamp()
  if (type.kind === 'float') return type.bits === 32 ? column.float32() : column.float64()
  if (type.kind !== 'int') return undefined
  const sign = type.isSigned ? '' : 'u'
  return column[`${sign}int${type.bits}`]()
}
