import type { Handler } from '../handler/handler.ts'
import type { ObjectSchema } from '../schema/object-schema.ts'
import type { Isolation } from './isolation.ts'

export interface StageOptions<I extends ObjectSchema, O extends ObjectSchema, M> {
  /** Letters, digits, `-` and `_`; unique in an app. */
  readonly name: string
  /** Omitted: records of any flat shape, columns inferred for each request. */
  readonly input?: I
  /** Omitted: columns inferred from what the handler returns. */
  readonly output?: O
  readonly handler: Handler<I, O, M>
  readonly threads?: number
  readonly concurrency?: number
  readonly batch?: BatchOptions
  readonly queue?: QueueOptions
  readonly mutatesInput?: boolean
  readonly checkWrites?: boolean
  readonly coerce?: boolean
  /** Where the handler runs. Default `thread`. */
  readonly isolation?: Isolation
  /** Variables of the stage's own environment; `{slot}` in a value is the slot's number. Not for `inline`. */
  readonly env?: Readonly<Record<string, string>>
  /** What the JavaScript heap of each slot may grow to. Not for `inline`. Default: what Node gives. */
  readonly maxHeapMiB?: number
}

/** When a batch closes; see `BatchPolicy` for defaults. */
export interface BatchOptions {
  /** 0 and 1 both serve every row alone. */
  readonly maxRows?: number
  /** Needs `maxDelayMs`. */
  readonly minRows?: number
  readonly maxDelayMs?: number
  readonly maxBytes?: number
  readonly split?: boolean
  readonly columnBytes?: Readonly<Record<string, number>>
}

export interface QueueOptions {
  readonly maxRows?: number
  readonly maxBytes?: number
}
