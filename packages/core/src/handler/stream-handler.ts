import type { EventSchema } from '../schema/event-schema.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { AnyBatch, Batch } from './batch.ts'
import type { EventSource } from './event-source.ts'
import type { NoModel } from './handler-context.ts'
import type { StreamContext } from './stream-context.ts'
import type { RowEvent } from './stream-event.ts'

/**
 * User code: a batch in, events out, each for one row of the batch. Most are `async function*`. Every stream that is
 * still open when it returns ends well, and with what it threw when it throws. Between two events it may be paused until
 * the clients have read, and ended, as by `return`, when none is left.
 */
export type StreamHandler<I extends ObjectSchema = ObjectSchema, E extends EventSchema = EventSchema, M = NoModel> = (
  batch: Batch<I>,
  context: StreamContext<M>,
) => EventSource<RowEvent<E>>

/** A streaming handler without its types: what the runtime calls. */
export type AnyStreamHandler = (batch: AnyBatch, context: StreamContext<unknown>) => unknown
