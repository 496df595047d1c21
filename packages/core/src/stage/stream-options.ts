import type { StreamHandler } from '../handler/stream-handler.ts'
import type { EventSchema } from '../schema/event-schema.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { StageOptions } from './stage-options.ts'

type SharedOptions<I extends ObjectSchema, M> = Omit<
  StageOptions<I, ObjectSchema, M>,
  'output' | 'handler' | 'concurrency' | 'events' | UnlessStreaming
>

/** A stream takes the time it takes, and what its first events are worth no example tells. */
type UnlessStreaming = 'returns' | 'effects' | 'timeoutMs' | 'examples' | 'strictWarmUp' | 'partitionBy'

/** The options of a stage that answers with events. */
export interface StreamOptions<I extends ObjectSchema, E extends EventSchema, M> extends SharedOptions<I, M> {
  /** The data of an event: an object, sent as JSON, or `Type.String()`, sent as it is. */
  readonly events: E
  readonly handler: StreamHandler<I, E, M>
  /** Batches whose streams one thread runs at once; rows that come beyond them wait. Default 256. */
  readonly concurrency?: number
  readonly output?: never
  readonly returns?: never
  readonly effects?: never
  readonly timeoutMs?: never
  readonly examples?: never
  readonly strictWarmUp?: never
  readonly partitionBy?: never
}
