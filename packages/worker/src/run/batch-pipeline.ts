import type { ErrorCode, RecordBatch } from '@redesmyn/core'
import type { StageStats } from '../pipeline/stage-stats.ts'
import type { RowBlock } from './row-block.ts'

/** The stages of a pipeline at work on whole batches: what is one batch at the ingress is one batch in every stage. */
export interface BatchPipeline {
  /**
   * Runs one batch through all stages. Where one makes many rows of one, the output may come in parts: see `rest`. Batches run at the same time, and may end in another order than they came.
   * A row that fails costs only itself: it is in `rejects`. Rejects with EXECUTOR_LOST, DEADLINE_EXCEEDED and the like
   * where no row is to blame, and with the signal's reason when it aborts.
   */
  run(call: BatchCall): Promise<BatchOutput>
  /** For each stage, in order; stages that run in one call count as the first of them. */
  stats(): readonly RunStageStats[]
  /** Bytes of shared memory that batches hold in the stages and between them, beside the rows that they came with. */
  readonly heldBytes: number
  /** `drain` lets batches finish that were begun; `abort` fails them with RUN_INTERRUPTED. */
  stop(mode: 'drain' | 'abort'): Promise<void>
}

export interface RunStageStats extends StageStats {
  /** Of the columns of all batches that it gave. */
  readonly givenBytes: number
}

export interface BatchCall {
  /**
   * Held until `onFree`, which may be before the promise settles, and after `release` where the egress passes columns on
   * as they came. Its columns are those that the ingress takes, with the same types or narrower ones.
   */
  readonly rows: RowBlock
  /** Called once, whatever comes of the call: no thread reads the rows any more, their memory may be used again. */
  readonly onFree?: () => void
  readonly signal: AbortSignal
  /** Equal for every attempt at the same rows: `context.idempotencyKey`. */
  readonly idempotencyKey: string
  /** Of the run's plan: told to whoever reads the log. */
  readonly part?: number
  /** Values of the partition that the rows belong to: `context.params`. */
  readonly partition: Readonly<Record<string, string>>
  /** W3C trace context that the batches belong to; left out where nothing is traced. */
  readonly traceparent?: string
  /** Which attempt at these rows it is, for whoever made others before. Default 1. */
  readonly attempt?: number
  /** When the time of the call is over, by the pipeline's clock: then DEADLINE_EXCEEDED. Default: never. */
  readonly deadlineAtMs?: number
  /** What a call of one row comes to whose handler throws. Default `rejected`: the row is, and the call has succeeded. */
  readonly loneRow?: 'rejected' | 'failed'
}

export interface BatchOutput {
  /** What the egress gave, without gaps, in the order of the rows that gave it. Valid until `release`. */
  readonly batch: RecordBatch
  /** Rows of the call that gave no output and were not rejected. */
  readonly filteredRows: number
  /** By row; a row comes once. */
  readonly rejects: readonly RejectedRow[]
  /** Gives the memory back; to be called exactly once. */
  release(): void
  /**
   * Runs what is left of the call's rows; left out where nothing is. To be called once, when there is room for more:
   * nothing is done for it before, and rows and rejects are counted in the output that they belong to.
   */
  readonly rest?: () => Promise<BatchOutput>
}

export interface RejectedRow {
  /** Of the call's rows, from 0. */
  readonly row: number
  readonly stage: string
  readonly code: ErrorCode
  readonly message: string
}
