import type { ObjectSchema } from '@redesmyn/core'
import type { FieldRules } from './field-rules.ts'

/** A schema of records with one member, which must be there. */
export function singleField({ field, node }: FieldRules): ObjectSchema {
  const schema = { type: 'object', properties: { [field.name]: node }, required: [field.name] }
  // TypeBox's notes on schemas are for the compiler and its own builders: a check reads the keywords.
  return schema as unknown as ObjectSchema
}
