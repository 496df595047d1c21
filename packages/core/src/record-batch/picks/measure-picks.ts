import { countVariableNodes } from '../capacity.ts'
import { areOfKind } from '../vectors/are-of-kind.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import { byteLengthOfPicks } from './gather-bytes.ts'
import { fixedListItems, type ItemPicks, listItems } from './item-picks.ts'
import { type RowPicks, skipNulls } from './row-picks.ts'

/** The sizes of one column's variable-length nodes for these rows, depth first; a column of each source. */
export function measurePicks(columns: readonly ColumnSource[], picks: RowPicks): readonly number[] {
  const [{ field }] = columns
  const nodes = countVariableNodes([field])
  if (nodes === 0) return []
  const present = skipNulls(picks, columns)
  if (areOfKind(columns, 'utf8') || areOfKind(columns, 'binary')) return [byteLengthOfPicks(columns, present)]
  if (areOfKind(columns, 'list')) {
    const items = listItems(columns, present)
    return [items.count, ...measureItems(childrenOf(columns), items, nodes - 1)]
  }
  if (areOfKind(columns, 'fixed-list')) {
    return measureItems(childrenOf(columns), fixedListItems(columns[0].size, present), nodes)
  }
  if (areOfKind(columns, 'struct')) {
    return columns[0].columns.flatMap((_, index) => {
      return measurePicks(
        columns.map((column) => column.columns[index]),
        present,
      )
    })
  }
  const { sources, rows } = present
  return measureItems(columns, { sources, starts: rows, lengths: new Int32Array(rows.length).fill(1), count: 0 }, nodes)
}

function childrenOf(columns: readonly { readonly items: ColumnSource }[]): readonly ColumnSource[] {
  return columns.map(({ items }) => items)
}

function measureItems(columns: readonly ColumnSource[], { sources, starts, lengths }: ItemPicks, nodes: number) {
  const sizes = new Array<number>(nodes).fill(0)
  if (nodes === 0) return sizes
  for (let place = 0; place < starts.length; place++) {
    const start = starts[place]
    if (start < 0) continue
    const own = columns[sources[place]].measure(start, start + lengths[place])
    for (let node = 0; node < nodes; node++) sizes[node] += own[node]
  }
  return sizes
}
