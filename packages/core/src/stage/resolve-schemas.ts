import { PipelineError } from '../errors/pipeline-error.ts'
import { isTypedHandler } from '../handler/typed-handler.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import { compileRecordSchema, type RecordSchema } from '../schema/record-schema.ts'

/** What of a stage's options its schemas come from. */
export interface SchemaOptions {
  readonly name: string
  readonly input?: ObjectSchema
  readonly output?: ObjectSchema
  readonly handler: unknown
}

export interface StageSchemas {
  readonly input: RecordSchema | undefined
  readonly output: RecordSchema | undefined
}

/**
 * The schemas of a stage: those it declares, else those its handler brings. Throws CONFIG_INVALID for one that no
 * columns can hold, and SCHEMA_NOT_ASSIGNABLE where stage and handler declare different columns.
 */
export function resolveSchemas({ name, input, output, handler }: SchemaOptions): StageSchemas {
  const own = isTypedHandler(handler) ? handler : undefined
  return {
    input: resolveSchema(input, own?.input, `input of stage "${name}"`),
    output: resolveSchema(output, own?.output, `output of stage "${name}"`),
  }
}

function resolveSchema(
  declared: ObjectSchema | undefined,
  handlers: RecordSchema | undefined,
  owner: string,
): RecordSchema | undefined {
  if (declared === undefined) return handlers
  const schema = compileRecordSchema(declared, owner)
  if (handlers === undefined || handlers.fingerprint === schema.fingerprint) return schema
  const message = `${owner} is "${schema.fingerprint}", which is not its handler's "${handlers.fingerprint}"`
  throw new PipelineError('SCHEMA_NOT_ASSIGNABLE', message, {
    details: { stage: schema.fingerprint, handler: handlers.fingerprint },
  })
}
