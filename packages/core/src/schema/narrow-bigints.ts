import type { ColumnType, Field } from './field.ts'
import { isSchemaNode } from './schema-node.ts'

/**
 * A parser that keeps long integers exact cannot know which columns want that: this turns the bigints of all other
 * columns back into the numbers `JSON.parse` would have given.
 */
export function narrowBigInts(record: unknown, fields: readonly Field[]): unknown {
  if (!isSchemaNode(record)) return record
  const copy: Record<string, unknown> = Object.assign(Object.create(null), record)
  for (const { name, type } of fields) {
    if (Object.hasOwn(copy, name)) copy[name] = narrow(copy[name], type)
  }
  return copy
}

function narrow(value: unknown, type: ColumnType): unknown {
  if (typeof value === 'bigint') return type.kind === 'int' && type.as === 'bigint' ? value : Number(value)
  if (type.kind === 'struct') return narrowBigInts(value, type.fields)
  if (type.kind !== 'list' && type.kind !== 'fixed-list') return value
  return Array.isArray(value) ? value.map((item) => narrow(item, type.item.type)) : value
}
