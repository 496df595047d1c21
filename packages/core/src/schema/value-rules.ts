type SchemaNode = Readonly<Record<string, unknown>>

/** What a column's type says already, or what says nothing about values. */
const shapeKeywords = new Set([
  '$id',
  'additionalProperties',
  'anyOf',
  'default',
  'description',
  'examples',
  'items',
  'maxItems',
  'minItems',
  'properties',
  'required',
  'title',
  'type',
  '~column',
  '~kind',
  '~optional',
  '~readonly',
])

/** Whether a schema says more of its values than their types, so that each must be looked at. */
export function hasValueRules(node: unknown): boolean {
  if (!isNode(node)) return false
  const isBytes = node['~column'] === 'bytes'
  const saysMore = (keyword: string): boolean =>
    !shapeKeywords.has(keyword) && !(isBytes && keyword === 'contentEncoding')
  if (Reflect.ownKeys(node).some((keyword) => saysMore(String(keyword)))) return true
  if (node.minItems !== node.maxItems) return true
  const { items, properties, anyOf } = node
  const children = [
    items,
    ...(isNode(properties) ? Object.values(properties) : []),
    ...(Array.isArray(anyOf) ? anyOf : []),
  ]
  return children.some(hasValueRules)
}

/** Whether a schema itself has a rule of its user's own. TypeBox hides it from enumeration, so that a spread loses it. */
export function hasRefinement(schema: object): boolean {
  return Object.hasOwn(schema, '~refine')
}

/** A row of columns as a record: a null in a member that is optional and not nullable stands for a missing one. */
export function withoutAbsent(row: Readonly<Record<string, unknown>>, schema: unknown): Record<string, unknown> {
  const node = isNode(schema) ? schema : {}
  const required = new Set(Array.isArray(node.required) ? node.required : [])
  const properties = isNode(node.properties) ? node.properties : {}
  const record: Record<string, unknown> = Object.create(null)
  for (const name of Object.keys(row)) {
    const property = properties[name]
    const value = row[name]
    if (value === null && !required.has(name) && !takesNull(property)) continue
    record[name] = isNode(value) && isNode(property) ? withoutAbsent(value, property) : value
  }
  return record
}

function takesNull(node: unknown): boolean {
  return (
    isNode(node) && Array.isArray(node.anyOf) && node.anyOf.some((member) => isNode(member) && member.type === 'null')
  )
}

function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}
