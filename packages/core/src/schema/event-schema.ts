import type { TSchema } from 'typebox'
import { PipelineError } from '../errors/pipeline-error.ts'
import type { ObjectSchema } from './object-schema.ts'
import { compileRecordSchema, type RecordSchema } from './record-schema.ts'
import { isSchemaNode } from './schema-node.ts'
import type { RowInputOf } from './static.ts'

/** A TypeBox string. */
export interface TextSchema extends TSchema {
  readonly '~kind': 'String'
  readonly type: 'string'
}

/** What the data of an event may be: an object, sent as JSON, or a text, sent as it is. */
export type EventSchema = ObjectSchema | TextSchema

/** The data of one event, as a handler yields it. */
export type EventDataOf<E extends EventSchema> = E extends ObjectSchema ? RowInputOf<E> : string

/** The events of a stage, compiled. */
export type EventFormat =
  | { readonly kind: 'text'; readonly json: TSchema }
  | { readonly kind: 'record'; readonly json: ObjectSchema; readonly record: RecordSchema }

/** Throws CONFIG_INVALID for a schema that is neither, and for fields that a stage could not answer either. */
export function compileEventSchema(schema: EventSchema, owner: string): EventFormat {
  if (isText(schema)) return Object.freeze({ kind: 'text', json: schema })
  if (!isObject(schema)) {
    throw new PipelineError('CONFIG_INVALID', `${owner} must be a TypeBox object or string, got ${typeof schema}`)
  }
  return Object.freeze({ kind: 'record', json: schema, record: compileRecordSchema(schema, owner) })
}

function isText(schema: unknown): schema is TextSchema {
  return isSchemaNode(schema) && schema.type === 'string'
}

function isObject(schema: unknown): schema is ObjectSchema {
  return isSchemaNode(schema) && schema.type === 'object'
}
