import type { RecordBatch } from '@redesmyn/core'

/** Decoded rows in memory that may move: views are good until the next await, and can be opened again. */
export interface HeldBatch {
  readonly rowCount: number
  /** The rows, some of whose columns are the wanted ones. */
  open(): RecordBatch
  /** Gives the memory back; to be called exactly once. */
  release(): void
}
