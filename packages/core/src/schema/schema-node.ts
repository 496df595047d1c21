/** A JSON schema as data: keywords by name. TypeBox's own notes (`~refine`, `~codec`) are among them. */
export type SchemaNode = Readonly<Record<string, unknown>>

export function isSchemaNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The schemas of an object's properties, by name, in the order they were declared. */
export function propertiesOf(node: SchemaNode): readonly (readonly [name: string, schema: SchemaNode])[] {
  if (!isSchemaNode(node.properties)) return []
  return Object.entries(node.properties).map(([name, schema]) => [name, isSchemaNode(schema) ? schema : {}])
}

export function requiredOf(node: SchemaNode): readonly string[] {
  return Array.isArray(node.required) ? node.required : []
}

/** The members of a union, or undefined for anything else. */
export function membersOf(node: SchemaNode): readonly SchemaNode[] | undefined {
  return Array.isArray(node.anyOf) ? node.anyOf.filter(isSchemaNode) : undefined
}

export interface PresentSchema {
  readonly present: SchemaNode
  /** Whether the schema is a union with null. */
  readonly hasNull: boolean
}

/** Splits the null off a union. */
export function splitNull(node: SchemaNode): PresentSchema {
  const members = membersOf(node)
  const present = members?.filter((member) => member.type !== 'null')
  if (members === undefined || present === undefined || present.length === members.length) {
    return { present: node, hasNull: false }
  }
  const [only] = present
  if (only !== undefined && present.length === 1) return { present: only, hasNull: true }
  return { present: { ...node, anyOf: present }, hasNull: true }
}
