import { type ColumnVector, type Field, hasRefinement, hasValueRules, type RecordBatch } from '@redesmyn/core'

/** Of all numbers of a column, whether a row has one or a list of them. */
interface ValueRange {
  readonly minimum: number
  readonly maximum: number
}

/** All that a schema asks of its numbers beyond their types, where that is between which bounds they are. */
export class ArrowValueRanges {
  readonly #ranges: readonly ValueRange[]

  private constructor(ranges: readonly ValueRange[]) {
    this.#ranges = ranges
  }

  /** `undefined` where the schema asks for anything else, or has other columns than numbers and lists of them. */
  static of(schema: unknown, fields: readonly Field[]): ArrowValueRanges | undefined {
    if (!isNode(schema) || !isNode(schema.properties)) return undefined
    const { properties, ...rest } = schema
    if (hasValueRules(rest) || hasRefinement(schema)) return undefined
    const ranges = fields.flatMap((field) => rangeOf(properties[field.name], field) ?? [])
    return ranges.length === fields.length ? new ArrowValueRanges(ranges) : undefined
  }

  /** True where every value is in its range. False proves nothing: the check of the records then has to say. */
  hold({ columns }: RecordBatch): boolean {
    const ranges = this.#ranges
    for (let index = 0; index < ranges.length; index++) if (!isWithin(columns[index], ranges[index])) return false
    return true
  }
}

function isWithin(column: ColumnVector, range: ValueRange): boolean {
  if (column.nulls.count > 0) return false
  if (column.kind === 'fixed-list') return isWithin(column.items, range)
  if (column.kind !== 'number') return false
  const { minimum, maximum } = range
  const { values } = column
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    // NaN is not in any range.
    if (!(value >= minimum && value <= maximum)) return false
  }
  return true
}

function rangeOf(node: unknown, { type, isNullable }: Field): ValueRange | undefined {
  if (!isNode(node) || isNullable || hasRefinement(node)) return undefined
  if (type.kind === 'fixed-list') {
    const { items, ...rest } = node
    return hasValueRules(rest) ? undefined : rangeOf(items, type.item)
  }
  if (type.kind !== 'float' && !(type.kind === 'int' && type.bits < 64)) return undefined
  const { minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE, ...rest } = node
  if (hasValueRules(rest) || !isFinite(minimum) || !isFinite(maximum)) return undefined
  return { minimum, maximum }
}

function isFinite(bound: unknown): bound is number {
  return Number.isFinite(bound)
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
