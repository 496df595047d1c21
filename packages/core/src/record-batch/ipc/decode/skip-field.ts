import { arrowType } from '../arrow-format.ts'
import type { FlatTable } from './flat-table.ts'
import { malformed, unsupported } from './malformed.ts'
import type { SkippedEncoding, WireField } from './wire-field.ts'

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

/** Table Field, where nobody asks for the column: what its messages hold of it has to be known to pass over it. */
export function skipField(table: FlatTable, depth: number, maxDepth: number): WireField {
  if (depth > maxDepth) throw malformed(`fields are nested deeper than ${maxDepth}`)
  const name = table.string(0)
  // The type stands for all: nobody reads the values.
  const field = { name, type: { kind: 'binary' }, isNullable: true } as const
  if (table.table(4) !== undefined) return { field, encoding: skipped(2, false), children: [] }
  const id = table.int8(2)
  if (id === arrowType.union) throw unsupported(`column "${name}" of type union`)
  const children = table.tables(5).map((child) => skipField(child, depth + 1, maxDepth))
  const isVariadic = id === arrowType.utf8View || id === arrowType.binaryView
  return { field, encoding: skipped(bufferCounts[id] ?? 2, isVariadic), children }
}

function skipped(buffers: number, isVariadic: boolean): SkippedEncoding {
  return { kind: 'skipped', buffers, isVariadic }
}
