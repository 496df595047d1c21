import type { AnyHandler } from '../handler/handler.ts'
import type { NoModel } from '../handler/handler-context.ts'
import type { RowEvent } from '../handler/stream-event.ts'
import { compileEventSchema, type EventSchema } from '../schema/event-schema.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import { compileRecordSchema } from '../schema/record-schema.ts'
import type { RowInputOf } from '../schema/static.ts'
import type { AnyStage } from './any-stage.ts'
import type { AnyCallOptions, StageCall } from './call-options.ts'
import { DirectStream } from './direct-stream.ts'
import { resolveStage } from './resolve-stage.ts'
import type { StreamOptions } from './stream-options.ts'

/**
 * A stage that answers each record with a stream of events. Called as a function it runs the handler in the caller's own
 * thread and yields the events as they come, each with the number of its record.
 */
export interface StreamStage<I extends ObjectSchema = ObjectSchema, E extends EventSchema = EventSchema, M = NoModel>
  extends AnyStage {
  (records: readonly RowInputOf<I>[], ...call: StageCall<M>): AsyncGenerator<RowEvent<E>, void>
  /** For the compiler only: a stage of other columns, events or another model is another type. */
  readonly '~streams'?: (input: I, events: E, model: M) => readonly [I, E, M]
}

/** Defines a stage that yields events. Throws CONFIG_INVALID as `stage` does, and for concurrency it cannot have. */
export function streamStage<I extends ObjectSchema, E extends EventSchema, M>(
  options: StreamOptions<I, E, M>,
): StreamStage<I, E, M> {
  const { name, input: _input, handler: _handler, ...declared } = options
  const config = resolveStage(options)
  const definition: AnyStage = {
    '~kind': 'stage',
    name,
    input: options.input && compileRecordSchema(options.input, `input of stage "${name}"`),
    output: undefined,
    events: compileEventSchema(options.events, `events of stage "${name}"`),
    // The types were checked here, where they are known; the runtime hands each handler the batch its schema describes.
    handler: options.handler as unknown as AnyHandler,
    config,
    declared,
  }
  const direct = new DirectStream(definition)
  const call = (records: readonly unknown[], callOptions?: AnyCallOptions) => direct.run(records, callOptions)
  // A function's own `name` cannot be assigned, only redefined; the compiler does not see what that adds.
  return Object.freeze(
    Object.defineProperties(call, Object.getOwnPropertyDescriptors(definition)),
  ) as unknown as StreamStage<I, E, M>
}
