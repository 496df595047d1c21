import { arrowType } from '../arrow-format.ts'
import type { FlatTable } from './flat-table.ts'
import { unsupported } from './malformed.ts'
import type { SkippedEncoding } from './wire-field.ts'

/** Places in a dictionary, and which of them are null. */
const indexBuffers = 2

/** Buffers of each type before those of its children; most have two, validity and values. */
const bufferCounts: Readonly<Record<number, number>> = {
  [arrowType.null]: 0,
  [arrowType.binary]: 3,
  [arrowType.utf8]: 3,
  [arrowType.largeBinary]: 3,
  [arrowType.largeUtf8]: 3,
  [arrowType.struct]: 1,
  [arrowType.fixedSizeList]: 1,
  [arrowType.runEndEncoded]: 0,
  [arrowType.listView]: 3,
  [arrowType.largeListView]: 3,
}

/** What the messages hold of a column that nobody asks for, so that it can be passed over. */
export function skippedEncoding(table: FlatTable): SkippedEncoding {
  const id = table.int8(2)
  if (table.table(4) !== undefined) return { kind: 'skipped', buffers: indexBuffers, isVariadic: false }
  if (id === arrowType.union) throw unsupported(`column "${table.string(0)}" of type union`)
  const isVariadic = id === arrowType.utf8View || id === arrowType.binaryView
  return { kind: 'skipped', buffers: bufferCounts[id] ?? 2, isVariadic }
}

/** The columns inside one that nobody asks for; those of a dictionary's values come in messages of their own. */
export function skippedChildren(table: FlatTable): readonly FlatTable[] {
  return table.table(4) === undefined ? table.tables(5) : []
}
