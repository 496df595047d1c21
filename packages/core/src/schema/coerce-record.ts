import type { ColumnType, Field } from './field.ts'
import { isSchemaNode } from './schema-node.ts'

/**
 * A copy of a record in which texts that say a number or a boolean become one where the schema wants it, and numbers
 * and booleans become text where it wants text. What cannot be read so is left for the check to refuse.
 *
 * `"2.5"` → 2.5 · `"true"`, `"false"` → boolean · 2 and true → `"2"` and `"true"`. An empty text is never a number.
 */
export function coerceRecord(record: unknown, fields: readonly Field[]): unknown {
  if (!isSchemaNode(record)) return record
  // Without a prototype even a key named `__proto__` is an ordinary one.
  const copy: Record<string, unknown> = Object.assign(Object.create(null), record)
  for (const { name, type } of fields) {
    if (Object.hasOwn(copy, name)) copy[name] = coerceValue(copy[name], type)
  }
  return copy
}

function coerceValue(value: unknown, type: ColumnType): unknown {
  switch (type.kind) {
    case 'float':
    case 'timestamp':
      return toNumber(value)
    case 'int':
      return type.as === 'bigint' ? value : toNumber(value)
    case 'binary':
      return value
    case 'bool':
      if (value === 'true') return true
      return value === 'false' ? false : value
    case 'utf8':
      return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
        ? String(value)
        : value
    case 'list':
    case 'fixed-list':
      return Array.isArray(value) ? value.map((item) => coerceValue(item, type.item.type)) : value
    case 'struct':
      return coerceRecord(value, type.fields)
  }
}

const numeral = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && numeral.test(value) ? Number(value) : value
}
