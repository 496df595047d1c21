import { column, type ColumnName, type ObjectSchema } from '@redesmyn/core'

/**
 * A JSON schema as written in a file. Two things are written otherwise than in code: `column: float32` names a column
 * that JSON schema has no type for, and `type: [number, 'null']` is a union with null. TypeBox's schemas pass unchanged.
 */
export function toColumnSchema(given: unknown): ObjectSchema {
  // What is no object schema is found by whoever compiles it.
  return convert(given) as ObjectSchema
}

function convert(node: unknown): unknown {
  if (!isPlain(node) || '~kind' in node) return node
  if (isColumnName(node.column)) {
    const { column: name, ...options } = node
    return column[name](options)
  }
  const { type } = node
  if (Array.isArray(type) && type.includes('null')) {
    const [only, ...more] = type.filter((one) => one !== 'null')
    if (more.length === 0) return { anyOf: [convert({ ...node, type: only }), { type: 'null' }] }
  }
  return {
    ...node,
    ...('items' in node && { items: convert(node.items) }),
    ...(Array.isArray(node.anyOf) && { anyOf: node.anyOf.map(convert) }),
    ...(isPlain(node.properties) && {
      properties: Object.fromEntries(Object.entries(node.properties).map(([name, inner]) => [name, convert(inner)])),
    }),
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isColumnName(name: unknown): name is ColumnName {
  return typeof name === 'string' && Object.hasOwn(column, name)
}
