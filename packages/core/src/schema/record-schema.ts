import { PipelineError } from '../errors/pipeline-error.ts'
import { fieldsOfSchema } from './fields-of-schema.ts'
import type { Field } from './field.ts'
import { fingerprintFields } from './fingerprint-fields.ts'
import { isSchemaNode } from './schema-node.ts'
import type { ObjectSchema } from './object-schema.ts'

/** A TypeBox object with what its columns are. */
export interface RecordSchema {
  readonly json: ObjectSchema
  readonly fields: readonly Field[]
  /** Equal for equal columns, whatever the constraints on their values. */
  readonly fingerprint: string
  /** Whether unexpected fields are refused (`additionalProperties: false`); otherwise they are ignored. */
  readonly isStrict: boolean
  /** Whether integers beyond 2^53 must survive parsing. */
  readonly needsExactIntegers: boolean
}

/** Throws CONFIG_INVALID for a type that no column can hold, naming `owner` and the field. */
export function compileRecordSchema(schema: ObjectSchema, owner: string): RecordSchema {
  if (!isSchemaNode(schema))
    throw new PipelineError('CONFIG_INVALID', `${owner} must be a TypeBox object, got ${typeof schema}`)
  const fields = fieldsOfSchema(schema, { owner, pointer: '' })
  return Object.freeze({
    json: schema,
    fields: Object.freeze(fields),
    fingerprint: fingerprintFields(fields),
    isStrict: schema.additionalProperties === false,
    needsExactIntegers: fields.some(isExact),
  })
}

function isExact({ type }: Field): boolean {
  switch (type.kind) {
    case 'int':
      return type.as === 'bigint'
    case 'list':
    case 'fixed-list':
      return isExact(type.item)
    case 'struct':
      return type.fields.some(isExact)
    default:
      return false
  }
}
