import type { Returns } from '../handler/read-parented.ts'
import type { AnyProvider } from '../handler/provider.ts'
import type { BatchPolicy } from '../batch/batch-policy.ts'
import type { QueueBounds } from '../queue/queue-bounds.ts'
import type { StageHost } from './isolation.ts'
import type { BatchKey } from './batch-key.ts'
import type { Effects } from './effects.ts'

/** The options of a stage, complete and checked. */
export interface StageConfig extends StageHost {
  /** How many rows come out for those that go in. Default `same`. */
  readonly returns: Returns
  /** Whether rows may be run again. Default `pure`. */
  readonly effects: Effects
  /** Slots: threads, or child processes. Default 1. */
  readonly threads: number
  /** Batches that one thread runs at once, for handlers that wait. Default 1, and 256 where the stage streams. */
  readonly concurrency: number
  readonly batch: BatchPolicy
  readonly queue: QueueBounds
  /** Expected bytes of a value, by column, where 64 is far off. */
  readonly columnBytes: Readonly<Record<string, number>>
  /** Which rows may share a batch: those of one text. Undefined: all. */
  readonly batchKey: BatchKey | undefined
  /** Columns whose values the rows of one call share. Undefined: rows may differ in all. */
  readonly partitionBy: readonly string[] | undefined
  /** Whether calls with equal parameters always run in the same slot. Default false. */
  readonly affinity: boolean
  /** Gives the handler a copy of its input that it may write to. Default false. */
  readonly mutatesInput: boolean
  /** Compares the input before and after each call; undefined: as the server says. */
  readonly checkWrites: boolean | undefined
  /** Whether strings are read as numbers and booleans where the schema wants those. Default false. */
  readonly coerce: boolean
  /** What the handler gets by `context.get`. Default nothing. */
  readonly needs: readonly AnyProvider[]
  /** Longest time of a call of the handler; undefined: as long as its rows have. */
  readonly timeoutMs: number | undefined
  /** Records for warming up, as the user wrote them. Default none. */
  readonly examples: readonly unknown[]
  /** Whether a thread whose examples fail does not start. Default false. */
  readonly strictWarmUp: boolean
  readonly recycle: RecycleConfig
}

/** When a healthy thread is replaced; undefined: never for that. */
export interface RecycleConfig {
  readonly maxBatches: number | undefined
  readonly maxAgeMs: number | undefined
}
