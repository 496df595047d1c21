import type { ListVector } from '../vectors/list-vector.ts'
import type { RowPicks } from './row-picks.ts'

/** Where the items of lists lie. */
export interface ItemPicks {
  /** By place: which of the sources the items are in. */
  readonly sources: Int32Array
  /** By place: the first item there; negative where no list is wanted. */
  readonly starts: Int32Array
  /** By place: how many. */
  readonly lengths: Int32Array
  /** All of them. */
  readonly count: number
}

/** `picks` without nulls. */
export function listItems(columns: readonly ListVector[], { sources, rows }: RowPicks): ItemPicks {
  const offsets = columns.map((column) => column.offsets)
  const starts = new Int32Array(rows.length).fill(-1)
  const lengths = new Int32Array(rows.length)
  let count = 0
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place]
    if (row < 0) continue
    const own = offsets[sources[place]]
    starts[place] = own[row]
    lengths[place] = own[row + 1] - own[row]
    count += lengths[place]
  }
  return { sources, starts, lengths, count }
}

/** The same where each list has as many: one that is not wanted has items as well, all of them null. */
export function fixedListItems(size: number, { sources, rows }: RowPicks): ItemPicks {
  const starts = rows.map((row) => (row < 0 ? -1 : row * size))
  return { sources, starts, lengths: new Int32Array(rows.length).fill(size), count: rows.length * size }
}

/** The items one by one. */
export function eachItem({ sources, starts, lengths, count }: ItemPicks): RowPicks {
  const picks = { sources: new Int32Array(count), rows: new Int32Array(count) }
  let at = 0
  for (let place = 0; place < starts.length; place++) {
    const start = starts[place]
    for (let item = 0; item < lengths[place]; item++, at++) {
      picks.sources[at] = sources[place]
      picks.rows[at] = start < 0 ? -1 : start + item
    }
  }
  return picks
}
