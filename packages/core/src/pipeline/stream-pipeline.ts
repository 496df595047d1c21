import type { NoModel } from '../handler/handler-context.ts'
import type { RowEvent } from '../handler/stream-event.ts'
import type { EventSchema } from '../schema/event-schema.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { RowInputOf } from '../schema/static.ts'
import type { StageCall } from '../stage/call-options.ts'
import type { AnyPipeline } from './any-pipeline.ts'

/** A pipeline whose last stage streams: nothing can be joined to it. Called as a function it yields the events. */
export interface StreamPipeline<I extends ObjectSchema = ObjectSchema, E extends EventSchema = EventSchema, M = NoModel>
  extends AnyPipeline {
  (records: readonly RowInputOf<I>[], ...call: StageCall<M>): AsyncGenerator<RowEvent<E>, void>
  /** For the compiler only: a pipeline of other columns, events or another model is another type. */
  readonly '~streams'?: (input: I, events: E, model: M) => readonly [I, E, M]
}
