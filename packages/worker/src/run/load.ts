import { layoutBatch, picksOf, RecordBatch } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { StageRooms } from '../pipeline/stage-rooms.ts'
import { gatherPicks } from './gather-rows.ts'
import type { RowBlock } from './row-block.ts'

/** Rows of a call on their way from one stage to the next: where they lie, and which rows of the call they come from. */
export interface Load {
  readonly source: SlabSource
  /** Ascending; a row that was exploded comes several times. Undefined: row i comes from row i. */
  readonly origins: Int32Array | undefined
}

/** What the reader left, where it lies. */
export function blockSource({ rowCount, ...output }: RowBlock, slab: Slab): SlabSource {
  const layout = output.layout ?? layoutBatch(output.fields, output.capacity)
  const batch = new RecordBatch(layout, output.buffer, rowCount)
  return { batch, place: { kind: 'spilled', output }, firstRow: 0, slab }
}

/** Rows `from` to `to` (exclusive) of a call, by a reference of their own. */
export function sliceOf(source: SlabSource, from: number, to: number): Load {
  source.slab.retain()
  const { batch, firstRow } = source
  if (from === 0 && to === batch.rowCount) return { source: { ...source }, origins: undefined }
  return {
    source: { ...source, batch: batch.slice(from, to), firstRow: firstRow + from },
    origins: Int32Array.from({ length: to - from }, (_, index) => from + index),
  }
}

/** Rows of a load by their numbers, ascending, by one copy. */
export function pickRows(load: Load, rows: readonly number[], rooms: StageRooms): Load {
  const picks = picksOf(rows)
  return {
    source: gatherPicks([load.source.batch], picks, rooms),
    origins: picks.rows.map((row) => originOf(load, row)),
  }
}

/** The call's row that a row comes from. */
export function originOf({ origins }: Load, row: number): number {
  return origins === undefined ? row : origins[row]
}

/** How many rows of the call the rows come from. */
export function countOrigins({ source, origins }: Load): number {
  if (origins === undefined) return source.batch.rowCount
  let count = 0
  for (let row = 0; row < origins.length; row++) if (row === 0 || origins[row] !== origins[row - 1]) count++
  return count
}
