import type { ColumnSource } from '../vectors/column-vector.ts'

/** Rows that lie apart, in the order in which they are wanted. */
export interface RowPicks {
  /** By place: which of the sources the row is in. */
  readonly sources: Int32Array
  /** By place: its number there; negative where no row is wanted, which leaves a null slot of zeros. */
  readonly rows: Int32Array
}

/** Rows of one source by their numbers. */
export function picksOf(rows: ArrayLike<number>): RowPicks {
  return { sources: new Int32Array(rows.length), rows: new Int32Array(rows) }
}

/** The picks without those of null slots, so that nothing is read from one. */
export function skipNulls(picks: RowPicks, columns: readonly ColumnSource[]): RowPicks {
  if (columns.every(({ nulls }) => nulls.count === 0)) return picks
  const { sources } = picks
  const rows = picks.rows.map((row, place) => (row >= 0 && columns[sources[place]].nulls.has(row) ? -1 : row))
  return { sources, rows }
}
