import { bytesFault, isBytesNode } from './bytes-value.ts'
import { ExactInteger, isExactInteger } from './exact-integer.ts'
import { isSchemaNode, membersOf, propertiesOf, type SchemaNode } from './schema-node.ts'

/**
 * The schema as it is compiled: the user's own, but 64-bit integers are checked by `ExactInteger`, which JSON schema
 * has no words for, and bytes by `bytesFault`, which may come as such or as base64.
 */
export function toCheckSchema(node: SchemaNode): SchemaNode {
  if (isExactInteger(node)) return exactCheck(node)
  if (isBytesNode(node)) return bytesCheck(node)
  const { items, properties } = node
  const members = membersOf(node)
  // TypeBox hides its notes from enumeration, and a spread would lose them.
  const schema: Record<string, unknown> = { ...node, '~refine': node['~refine'] }
  if (schema['~refine'] === undefined) delete schema['~refine']
  if (isSchemaNode(items)) schema.items = toCheckSchema(items)
  if (isSchemaNode(properties)) {
    schema.properties = Object.fromEntries(propertiesOf(node).map(([name, inner]) => [name, toCheckSchema(inner)]))
  }
  if (members !== undefined) schema.anyOf = members.map(toCheckSchema)
  return schema
}

function exactCheck(node: SchemaNode): SchemaNode {
  const integer = new ExactInteger(node)
  const own = {
    check: (value: unknown) => integer.accepts(value),
    error: (value: unknown) => integer.faultOf(value)?.message ?? 'must be a 64-bit integer',
  }
  return withRefinement(node, own)
}

function bytesCheck(node: SchemaNode): SchemaNode {
  return withRefinement(node, {
    check: (value: unknown) => bytesFault(value) === undefined,
    error: (value: unknown) => bytesFault(value)?.message ?? 'must be bytes',
  })
}

/** A rule of ours in the place of all that the schema says, before those that its user wrote. */
function withRefinement(node: SchemaNode, own: unknown): SchemaNode {
  const refinements = Array.isArray(node['~refine']) ? node['~refine'] : []
  return { '~refine': [own, ...refinements] }
}
