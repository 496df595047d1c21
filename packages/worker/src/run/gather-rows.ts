import { type Capacity, type Field, type RecordBatch, roomForPicks, type RowPicks, type RowRange } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { StageRooms } from '../pipeline/stage-rooms.ts'

/** Slabs for fewer rows than this would save nothing. */
const leastRows = 64

/** Brings rows together in the order of their ranges, by one copy. All have the same columns; there is one range at least. */
export function gatherRanges(ranges: readonly RowRange[], rooms: StageRooms): SlabSource {
  const slab = openRoom(ranges[0].batch.fields, roomForRanges(ranges), rooms)
  for (const { batch, from, to } of ranges) slab.writer.appendRows(batch, from, to)
  return sourceOf(slab)
}

/** The same for rows that lie apart, each by its number. There is one batch at least. */
export function gatherPicks(batches: readonly RecordBatch[], picks: RowPicks, rooms: StageRooms): SlabSource {
  const slab = openRoom(batches[0].fields, roomForPicks(batches, picks), rooms)
  slab.writer.appendPicks(batches, picks)
  return sourceOf(slab)
}

/** In steps, so that slabs of few sizes do for all. */
function openRoom(fields: readonly Field[], { rows, variable }: Capacity, rooms: StageRooms): Slab {
  return rooms.openAnyway(fields, { rows: 2 ** Math.ceil(Math.log2(Math.max(rows, leastRows))), variable })
}

function roomForRanges(ranges: readonly RowRange[]): Capacity {
  const variable: number[] = []
  let rows = 0
  for (const { batch, from, to } of ranges) {
    rows += to - from
    const sizes = batch.columns.flatMap((column) => column.measure(from, to))
    for (const [node, size] of sizes.entries()) variable[node] = (variable[node] ?? 0) + size
  }
  return { rows, variable }
}

function sourceOf(slab: Slab): SlabSource {
  return { batch: slab.input(slab.writer.rowCount), place: { kind: 'input', slab }, firstRow: 0, slab }
}
