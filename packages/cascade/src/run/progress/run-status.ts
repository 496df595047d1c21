import type { Placement } from '@redesmyn/core'

/** Where a run stands, as those see it who watch: read whenever they like, never sent. */
export interface RunStatus {
  readonly asset: string
  readonly runId: string
  readonly elapsedMs: number
  /** Of a shard or of partitions their parts alone. `committed` includes those that were committed before this run began, which are `atStart`. */
  readonly parts: { readonly total: number; readonly committed: number; readonly atStart: number }
  readonly rows: {
    /** Rows of the input in these parts; undefined where only reading would tell. */
    readonly total: number | undefined
    /** Rows of the input in parts that were committed before this run began. */
    readonly atStart: number
    /** Rows of the input in those of them that are committed, those at the start included. */
    readonly committed: number
    /** Rows of the input that this run has brought to their end: written, filtered or rejected, committed or not. */
    readonly done: number
  }
  /** The source, the stages in order, the sink. */
  readonly steps: readonly StepStatus[]
  readonly memory: { readonly usedBytes: number; readonly budgetBytes: number }
}

export interface StepStatus {
  readonly name: string
  readonly kind: 'source' | 'stage' | 'sink'
  /** Where it works; a source and a sink are always in the `service` itself. */
  readonly placement: Placement
  /** Threads, or calls at the same time, that work for it. */
  readonly slots: number
  /** Rows that it took: of a source, those that were read, the bad ones included. */
  readonly rowsIn: number
  /** Rows that it gave on: of a sink, those that were written. */
  readonly rows: number
  /** Of the columns that it gave on: of a sink, of its files. */
  readonly bytes: number
  readonly rejects: number
  /** Calls that were made again. */
  readonly retries: number
  readonly inFlightBatches: number
  /** Milliseconds of work, added over its slots. */
  readonly busyMs: number
  /** Milliseconds that batches waited before it. */
  readonly waitMs: number
  /** Where most of its time went that was not work: what a user should look at. */
  readonly blockedOn: 'nothing' | 'input' | 'output' | 'memory'
}
