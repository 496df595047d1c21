import type { ColumnSource } from '../vectors/column-vector.ts'
import type { ColumnWriter } from '../writers/column-writer.ts'
import { eachItem, type ItemPicks } from './item-picks.ts'

/** Lists of more items than this on average are copied list by list: a number for each item would take more than it saves. */
const maxSingleItems = 16

/** Puts the items of lists at `at` and what follows, by their number or list by list. False: no room for them. */
export function gatherItems(
  writer: ColumnWriter,
  at: number,
  columns: readonly { readonly items: ColumnSource }[],
  picks: ItemPicks,
): boolean {
  const items = columns.map((column) => column.items)
  const { sources, starts, lengths, count } = picks
  if (count <= starts.length * maxSingleItems) return writer.gather(at, items, eachItem(picks))
  for (let place = 0; place < starts.length; place++) {
    const start = starts[place]
    const length = lengths[place]
    if (start < 0 ? !writeNulls(writer, at, length) : !writer.copy(at, items[sources[place]], start, start + length)) {
      return false
    }
    at += length
  }
  return true
}

function writeNulls(writer: ColumnWriter, at: number, count: number): boolean {
  for (let index = at; index < at + count; index++) if (!writer.write(index, null)) return false
  return true
}
