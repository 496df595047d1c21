import type { AnyProvider } from '../handler/provider.ts'
import type { BatchPolicy } from '../batch/batch-policy.ts'
import type { QueueBounds } from '../queue/queue-bounds.ts'
import type { StageHost } from './isolation.ts'
import type { BatchKey } from './batch-key.ts'

/** The options of a stage, complete and checked. */
export interface StageConfig extends StageHost {
  /** Slots: threads, or child processes. Default 1. */
  readonly threads: number
  /** Batches that one thread runs at once, for handlers that wait. Default 1. */
  readonly concurrency: number
  readonly batch: BatchPolicy
  readonly queue: QueueBounds
  /** Expected bytes of a value, by column, where 64 is far off. */
  readonly columnBytes: Readonly<Record<string, number>>
  /** Which rows may share a batch: those of one text. Undefined: all. */
  readonly batchKey: BatchKey | undefined
  /** Gives the handler a copy of its input that it may write to. Default false. */
  readonly mutatesInput: boolean
  /** Compares the input before and after each call; undefined: as the server says. */
  readonly checkWrites: boolean | undefined
  /** Whether strings are read as numbers and booleans where the schema wants those. Default false. */
  readonly coerce: boolean
  /** What the handler gets by `context.get`. Default nothing. */
  readonly needs: readonly AnyProvider[]
}
