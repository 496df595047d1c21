import type { Decimal } from './decimal.ts'
import type { FieldRules } from './field-rules.ts'
import { Int64Column } from './int64-column.ts'
import { NumberColumn } from './number-column.ts'

/** A column of numbers of which the schema says no more than bounds; undefined for all others. */
export function openNumberColumn(rules: FieldRules, decimal: Decimal): NumberColumn | Int64Column | undefined {
  const { field, range } = rules
  const { type } = field
  if (range === undefined) return undefined
  if (type.kind === 'timestamp' || (type.kind === 'int' && type.bits === 64))
    return new Int64Column(rules, range, decimal)
  return type.kind === 'int' || type.kind === 'float' ? new NumberColumn(rules, range, decimal) : undefined
}
