import type { AnyHandler } from '../handler/handler.ts'
import type { NoModel } from '../handler/handler-context.ts'
import type { RowInputOf, RowOf } from '../schema/static.ts'
import type { AnyStage } from './any-stage.ts'
import type { AnyCallOptions, StageCall } from './call-options.ts'
import { DirectCall } from './direct-call.ts'
import { checkPartitionBy } from './partition-by.ts'
import { resolveStage } from './resolve-stage.ts'
import { resolveSchemas } from './resolve-schemas.ts'
import { assertStageOptionNames } from './stage-option-names.ts'
import { type StreamStage, streamStage } from './stream-stage.ts'
import type { StreamOptions } from './stream-options.ts'
import type { EventSchema } from '../schema/event-schema.ts'
import type { AnyStageOptions } from './stage-options.ts'
import type { Effects } from './effects.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'

/**
 * A typed step: what goes in, what comes out, and the handler between. Called as a function it checks the records,
 * runs the handler in the caller's own thread and answers rows: for scripts and tests, without a server.
 */
export interface Stage<
  I extends ObjectSchema = ObjectSchema,
  O extends ObjectSchema = ObjectSchema,
  M = NoModel,
  E extends Effects = Effects,
> extends AnyStage {
  (records: readonly RowInputOf<I>[], ...call: StageCall<M>): Promise<readonly RowOf<O>[]>
  /** For the compiler only: a stage of other columns or another model is another type. */
  readonly '~types'?: (input: I, output: O, model: M) => readonly [I, O, M]
  /** For the compiler only: what must not run twice cannot be wherever that may happen. */
  readonly '~effects'?: E
}

/**
 * Defines a stage. Throws CONFIG_INVALID for an option that is out of range and for a schema that no columns can hold,
 * so that neither waits for the first request. A handler that has schemas, as of `handler` and `chain`, brings them. With
 * `events` the handler yields events, and the stage streams them.
 */
export function stage<
  I extends ObjectSchema = ObjectSchema,
  O extends ObjectSchema = ObjectSchema,
  M = NoModel,
  const E extends Effects = 'pure',
>(options: AnyStageOptions<I, O, M> & { readonly effects?: E }): Stage<I, O, M, E>
export function stage<I extends ObjectSchema = ObjectSchema, E extends EventSchema = EventSchema, M = NoModel>(
  options: StreamOptions<I, E, M>,
): StreamStage<I, E, M>
export function stage(
  options: AnyStageOptions<ObjectSchema, ObjectSchema, unknown> | StreamOptions<ObjectSchema, EventSchema, unknown>,
): AnyStage {
  assertStageOptionNames(`stage "${options.name}"`, options)
  return options.events === undefined ? rowStage(options) : streamStage(options)
}

function rowStage<I extends ObjectSchema, O extends ObjectSchema, M>(
  options: AnyStageOptions<I, O, M>,
): Stage<I, O, M> {
  const { name, input: _input, output: _output, handler: _handler, ...declared } = options
  const schemas = resolveSchemas(options)
  const config = resolveStage(options)
  if (options.partitionBy !== undefined) {
    checkPartitionBy(`partitionBy of stage "${name}"`, options.partitionBy, schemas.input?.fields)
  }
  const definition: AnyStage = {
    '~kind': 'stage',
    name,
    ...schemas,
    events: undefined,
    // The types were checked here, where they are known; the runtime hands each handler the batch its schema describes.
    handler: options.handler as unknown as AnyHandler,
    config,
    declared: Object.freeze(declared),
  }
  const direct = new DirectCall(definition)
  const call = (records: readonly unknown[], callOptions?: AnyCallOptions) => direct.run(records, callOptions)
  // A function's own `name` cannot be assigned, only redefined; the compiler does not see what that adds.
  return Object.freeze(Object.defineProperties(call, Object.getOwnPropertyDescriptors(definition))) as unknown as Stage<
    I,
    O,
    M
  >
}
