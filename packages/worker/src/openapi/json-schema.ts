/** A JSON schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * A TypeBox schema as OpenAPI 3.1 takes it: TypeBox's own notes are left out, 64-bit columns may be written as text,
 * and bounds beyond what JSON's readers can hold are dropped.
 */
export function toJsonSchema(node: object): JsonSchema {
  const schema: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword.startsWith('~')) continue
    const plain = toPlain(value)
    if (plain !== undefined) schema[keyword] = plain
  }
  return isLongInteger(node) ? { ...schema, type: ['integer', 'string'] } : schema
}

function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value === 'object' && value !== null) return toJsonSchema(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : undefined
  return typeof value === 'function' || typeof value === 'symbol' ? undefined : value
}

function isLongInteger(node: object): boolean {
  const named: unknown = '~column' in node ? node['~column'] : undefined
  return named === 'int64' || named === 'uint64'
}
