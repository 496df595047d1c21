import { hasValueRules, column, type ColumnName } from '@redesmyn/core'

type SchemaNode = Readonly<Record<string, unknown>>

/** Whether a schema asks more of its numbers than that they are of their columns' types. */
export function hasRulesBeyondNumbers(schema: unknown): boolean {
  return hasValueRules(withoutOwnRanges(schema))
}

/** The schema without the bounds that a column of numbers has by itself. */
function withoutOwnRanges(node: unknown): unknown {
  if (!isNode(node)) return node
  // TypeBox's notes are not enumerable, and `hasValueRules` looks for them.
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(node)) as Record<string, unknown>
  const { items, properties, anyOf } = node
  const own = ownRange(node)
  for (const bound of ['minimum', 'maximum']) if (own !== undefined && own[bound] === node[bound]) delete copy[bound]
  if (isNode(items)) copy.items = withoutOwnRanges(items)
  if (Array.isArray(anyOf)) copy.anyOf = anyOf.map(withoutOwnRanges)
  if (isNode(properties)) {
    copy.properties = Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, withoutOwnRanges(inner)]),
    )
  }
  if (own !== undefined) for (const keyword of ['format']) if (own[keyword] === node[keyword]) delete copy[keyword]
  return copy
}

function ownRange(node: SchemaNode): SchemaNode | undefined {
  const name = node['~column']
  return isColumnName(name) ? { ...column[name]() } : undefined
}

function isColumnName(name: unknown): name is ColumnName {
  return typeof name === 'string' && Object.hasOwn(column, name)
}

function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
