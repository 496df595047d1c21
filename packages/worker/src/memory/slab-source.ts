import type { RecordBatch } from '@redesmyn/core'
import type { SpilledOutput } from '../thread/protocol.ts'
import type { Slab } from './slab.ts'

/** The rows of a batch that an earlier stage has left where they were written. */
export interface SlabSource {
  /** The rows, as columns of the stage that takes them. */
  readonly batch: RecordBatch
  /** Where a thread finds them. */
  readonly place: SourcePlace
  /** First of the rows, counted from where the place begins. */
  readonly firstRow: number
  /** Held until the rows are read. */
  readonly slab: Slab
}

/** Columns that some slab holds, as inputs or as outputs, or that lie in a buffer beside it. */
export type SourcePlace =
  | { readonly kind: 'input' | 'output'; readonly slab: Slab }
  | { readonly kind: 'spilled'; readonly output: SpilledOutput }
