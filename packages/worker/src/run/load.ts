import { layoutBatch, RecordBatch } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { RowBlock } from './row-block.ts'

/** Rows of a call on their way from one stage to the next: where they lie, and which rows of the call they come from. */
export interface Load {
  readonly source: SlabSource
  /** Ascending; a row that was exploded comes several times. Undefined: row i comes from row i. */
  readonly origins: Int32Array | undefined
}

/** What the reader left, where it lies. */
export function ingressSource({ buffer, fields, capacity, rowCount }: RowBlock, slab: Slab): SlabSource {
  const batch = new RecordBatch(layoutBatch(fields, capacity), buffer, rowCount)
  return { batch, place: { kind: 'spilled', output: { buffer, fields, capacity } }, firstRow: 0, slab }
}

/** The call's row that a row comes from. */
export function originOf({ origins }: Load, row: number): number {
  return origins === undefined ? row : origins[row]
}
