import type { Field } from '../schema/field.ts'

/** What selects a loaded model: the parameters' key, the file, and which state of that file. */
export interface ModelRef {
  readonly key: string
  readonly path: string
  readonly version: string
  /** Of the file, as the store tells it: what the cache charges. */
  readonly byteLength: number
}

/** Which time it is that rows of a run are run, and what tells these rows from all others. */
export interface BatchAttempt {
  /** From 1 on. */
  readonly number: number
  readonly idempotencyKey: string
  /** Of the run's plan; absent where it is no part of a file. */
  readonly part?: number
}

/** What all rows of one batch share. Rows with different keys never meet in a batch. */
export interface BatchGroup {
  readonly key: string
  readonly fields: readonly Field[]
  readonly params: Readonly<Record<string, string>>
  readonly model: ModelRef | undefined
  /** What the ingress's `batch.key` and `batch.sameShape` made of the rows; part of its key. Absent where it has none. */
  readonly bucket?: string
  /** Absent where rows are requests: they are run once. */
  readonly attempt?: BatchAttempt
}
