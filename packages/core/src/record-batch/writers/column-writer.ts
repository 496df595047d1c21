import type { RowPicks } from '../picks/row-picks.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'

/**
 * Fills one column of a slab. It keeps no state of its own: how much is used is in the slab, so going back to fewer
 * rows costs nothing, and rows must be written in order.
 */
export interface ColumnWriter {
  /** Writes the value of a row; null and undefined become a null slot of zeros. False: no room for it. */
  write(row: number, value: unknown): boolean
  /** Copies rows `from` to `to` (exclusive) of another column to `row` and what follows. False: no room for them. */
  copy(row: number, source: ColumnSource, from: number, to: number): boolean
  /** Copies rows by their numbers to `row` and what follows: this column of each source. False: no room for them. */
  gather(row: number, sources: readonly ColumnSource[], picks: RowPicks): boolean
  /** Clears the bits that a refused write left behind the first `rowCount` rows. */
  trim(rowCount: number): void
  /** Bytes that the first `rowCount` rows use. */
  byteLength(rowCount: number): number
}

/** Copies through the values themselves: right for every type, and the way to widen one. */
export function copyEach(
  writer: ColumnWriter,
  row: number,
  source: ColumnSource,
  [from, to]: readonly [number, number],
): boolean {
  for (let index = from; index < to; index++) {
    if (!writer.write(row + index - from, source.get(index))) return false
  }
  return true
}

/** The same for rows by their numbers. */
export function gatherEach(
  writer: ColumnWriter,
  row: number,
  columns: readonly ColumnSource[],
  { sources, rows }: RowPicks,
): boolean {
  for (let place = 0; place < rows.length; place++) {
    const from = rows[place]
    if (!writer.write(row + place, from < 0 ? null : columns[sources[place]].get(from))) return false
  }
  return true
}
