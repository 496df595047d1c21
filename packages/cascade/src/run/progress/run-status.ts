/** Where a run stands, as those see it who watch: read whenever they like, never sent. */
export interface RunStatus {
  readonly asset: string
  readonly runId: string
  readonly elapsedMs: number
  readonly parts: { readonly total: number; readonly committed: number; readonly atStart: number }
  readonly rows: {
    /** Rows of the input in all parts; undefined where only reading would tell. */
    readonly total: number | undefined
    /** Of parts that were committed before this run began. */
    readonly atStart: number
    readonly committed: number
  }
  /** The source, the stages in order, the sink. */
  readonly steps: readonly StepStatus[]
  readonly memory: { readonly usedBytes: number; readonly budgetBytes: number }
}

export interface StepStatus {
  readonly name: string
  readonly kind: 'source' | 'stage' | 'sink'
  readonly rows: number
  readonly bytes: number
  readonly rejects: number
  readonly inFlightBatches: number
  /** Milliseconds of work, added over threads. */
  readonly busyMs: number
  /** Milliseconds that batches waited before it. */
  readonly waitMs: number
  /** Where most of its time went that was not work: what a user should look at. */
  readonly blockedOn: 'nothing' | 'input' | 'output' | 'memory'
}
