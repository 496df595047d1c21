import type { ColumnNameOf } from '../handler/batch.ts'
import type { Handler, ParentedHandler } from '../handler/handler.ts'
import type { AnyProvider } from '../handler/provider.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { Effects } from './effects.ts'
import type { Isolation } from './isolation.ts'
import type { RowInputOf, RowOf } from '../schema/static.ts'

export interface StageOptions<I extends ObjectSchema, O extends ObjectSchema, M> {
  /** Letters, digits, `-` and `_`; unique in an app. */
  readonly name: string
  /** Omitted: the handler's own schema, else records of any flat shape, columns inferred for each request. */
  readonly input?: I
  /** Omitted: the handler's own schema, else columns inferred from what the handler returns. */
  readonly output?: O
  readonly handler: Handler<I, O, M>
  /** How many rows come out: see `ParentedStageOptions`. Default `same`: as many as go in. */
  readonly returns?: 'same'
  /** Whether a run may give the same rows to the handler again. Default `pure`: it may, as often as it likes. */
  readonly effects?: Effects
  /** Of a stage that answers with events: see `StreamOptions`. */
  readonly events?: never
  readonly threads?: number
  readonly concurrency?: number
  readonly batch?: BatchOptions<I>
  /**
   * Columns whose values the rows of one call of the handler share: `context.params` has them as text. A request whose
   * rows differ in one is refused with PARTITION_MIXED; in a run, and behind other stages, rows are split by them.
   */
  readonly partitionBy?: readonly ColumnNameOf<NoInfer<I>>[]
  /**
   * Whether calls with equal `context.params` always run in the same slot, so that what a handler keeps for them, and their
   * model, is there once. Default false: in any that is free.
   */
  readonly affinity?: boolean
  readonly queue?: QueueOptions
  readonly mutatesInput?: boolean
  readonly checkWrites?: boolean
  readonly coerce?: boolean
  /** What the handler gets by `context.get`: made in every thread of the stage before its first batch. */
  readonly needs?: readonly AnyProvider[]
  /** Where the handler runs. Default `thread`. */
  readonly isolation?: Isolation
  /** Variables of the stage's own environment; `{slot}` in a value is the slot's number. Not for `inline`. */
  readonly env?: Readonly<Record<string, string>>
  /** What the JavaScript heap of each slot may grow to. Not for `inline`. Default: what Node gives. */
  readonly maxHeapMiB?: number
  /**
   * Longest time of one call of the handler, in milliseconds, from when a thread has begun its batch. Default: none
   * beside the requests' own. A request's time that is over sooner goes before it.
   */
  readonly timeoutMs?: number
  /** Records that go through the handler in every thread before it serves. Default none. */
  readonly examples?: readonly RowInputOf<NoInfer<I>>[]
  /** Whether a thread whose examples fail does not start. Default false: they are only logged. */
  readonly strictWarmUp?: boolean
  readonly recycle?: RecycleOptions
}

/** Of a stage that keeps some of its rows, or makes any number of each: it stands in runs only. */
export interface ParentedStageOptions<I extends ObjectSchema, O extends ObjectSchema, M>
  extends Omit<StageOptions<I, O, M>, 'handler' | 'returns'> {
  readonly returns: 'filter' | 'explode'
  readonly handler: ParentedHandler<I, O, M>
}

export type AnyStageOptions<I extends ObjectSchema, O extends ObjectSchema, M> =
  | StageOptions<I, O, M>
  | ParentedStageOptions<I, O, M>

/** When a thread is replaced although nothing is wrong with it, without a pause. Default never. */
export interface RecycleOptions {
  /** Batches that a thread has begun. */
  readonly maxBatches?: number
  /** Milliseconds since it serves. */
  readonly maxAgeMs?: number
}

/** When a batch closes; see `BatchPolicy` for defaults. */
export interface BatchOptions<I extends ObjectSchema = ObjectSchema> {
  /** 0 and 1 both serve every row alone. */
  readonly maxRows?: number
  /** Needs `maxDelayMs` and `maxRows`. */
  readonly minRows?: number
  readonly maxDelayMs?: number
  readonly maxBytes?: number
  readonly split?: boolean
  readonly columnBytes?: Readonly<Record<string, number>>
  /** Columns of lists: rows whose lists have other lengths, at any depth, never share a batch. */
  readonly sameShape?: readonly ColumnNameOf<I>[]
  /** Rows for which this gives another text never share a batch. It is called for every row, in the front end. */
  readonly key?: (row: RowOf<I>) => string
}

export interface QueueOptions {
  readonly maxRows?: number
  readonly maxBytes?: number
}
