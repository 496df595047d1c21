import type { RecordSchema } from './record-schema.ts'
import { fingerprintFields } from './fingerprint-fields.ts'
import { requiredOf, type SchemaNode } from './schema-node.ts'

/**
 * The schema with only these columns, each with its constraints. Whole where it speaks of more than its columns one by
 * one: where other fields are refused, or where a refinement is of the record.
 */
export function pickColumns(schema: RecordSchema, names: ReadonlySet<string>): RecordSchema {
  const { json, fields } = schema
  const node: SchemaNode = { ...json, '~refine': Reflect.get(json, '~refine') }
  if (schema.isStrict || node['~refine'] !== undefined || fields.every(({ name }) => names.has(name))) return schema
  const picked = fields.filter(({ name }) => names.has(name))
  const properties = Object.fromEntries(Object.entries(json.properties).filter(([name]) => names.has(name)))
  const required = requiredOf(node).filter((name) => names.has(name))
  return Object.freeze({
    json: { ...json, properties, required },
    fields: Object.freeze(picked),
    fingerprint: fingerprintFields(picked),
    isStrict: false,
    needsExactIntegers: schema.needsExactIntegers,
  })
}
