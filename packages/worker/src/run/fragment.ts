import type { ErrorCode } from '@redesmyn/core'
import type { SlabSource } from '../memory/slab-source.ts'
import type { Load } from './load.ts'

/** What became of rows of a load that were in one stage together; of a load in pieces, the fragments are in order. */
export type Fragment = DoneRows | RefusedRows

export interface DoneRows {
  readonly kind: 'done'
  /** What its rows are rows of. */
  readonly load: Load
  /** Held by the fragment. */
  readonly source: SlabSource
  /** Of the load. */
  readonly firstRow: number
  /** For each row of the source, the row it comes from, counted from `firstRow`; undefined: the same. */
  readonly parents: Int32Array | undefined
  readonly rejects: readonly Reject[]
}

/** Rows that are to blame for an error of the whole batch they were in. */
export interface RefusedRows {
  readonly kind: 'refused'
  readonly load: Load
  readonly rejects: readonly Reject[]
}

export interface Reject {
  /** Of the load. */
  readonly row: number
  readonly code: ErrorCode
  readonly message: string
}
