import type { RowRange } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { StageRooms } from '../pipeline/stage-rooms.ts'

/** Slabs for fewer rows than this would save nothing. */
const leastRows = 64

/** Brings rows that lie apart together, in their order, by one copy. All have the same columns; there is one range at least. */
export function gatherRows(ranges: readonly RowRange[], rooms: StageRooms): SlabSource {
  const slab = openRoom(ranges, rooms)
  let rowCount = 0
  for (const { batch, from, to } of ranges) {
    slab.writer.appendRows(batch, from, to)
    rowCount += to - from
  }
  return { batch: slab.input(rowCount), place: { kind: 'input', slab }, firstRow: 0, slab }
}

function openRoom(ranges: readonly RowRange[], rooms: StageRooms): Slab {
  const [{ batch: first }] = ranges
  const variable: number[] = []
  let rows = 0
  for (const { batch, from, to } of ranges) {
    rows += to - from
    const sizes = batch.columns.flatMap((column) => column.measure(from, to))
    for (const [node, size] of sizes.entries()) variable[node] = (variable[node] ?? 0) + size
  }
  // In steps, so that slabs of few sizes do for all.
  return rooms.openAnyway(first.fields, { rows: 2 ** Math.ceil(Math.log2(Math.max(rows, leastRows))), variable })
}
