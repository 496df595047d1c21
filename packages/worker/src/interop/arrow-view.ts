import type { ColumnVector, RecordBatch } from '@redesmyn/core'
import type * as arrow from 'apache-arrow'
import type { CopyCounter } from './copy-counter.ts'
import { arrowField } from './arrow-types.ts'

type Arrow = typeof import('apache-arrow')

export interface ArrowViewParts {
  readonly arrow: Arrow
  readonly copies: CopyCounter
}

/**
 * The same bytes as an Arrow record batch. Only bits that do not begin on a byte, which slices may have, are copied,
 * and counted.
 */
export function arrowView(batch: RecordBatch, parts: ArrowViewParts): arrow.RecordBatch {
  const { arrow: library } = parts
  const schema = new library.Schema(batch.fields.map((field) => arrowField(library, field)))
  const children = batch.columns.map((column, index) => columnData(column, schema.fields[index].type, parts))
  const type = new library.Struct(schema.fields)
  return new library.RecordBatch(schema, library.makeData({ type, length: batch.rowCount, nullCount: 0, children }))
}

function columnData(column: ColumnVector, type: arrow.DataType, parts: ArrowViewParts): arrow.Data {
  const { length, nulls } = column
  const nullBitmap = nulls.count === 0 || nulls.validity === undefined ? null : packed(nulls.validity, length, parts)
  // The library types each kind of data apart; which one it is follows from `type`.
  return parts.arrow.makeData({
    type,
    length,
    nullCount: nulls.count,
    nullBitmap,
    ...buffersOf(column, type, parts),
  } as never)
}

function buffersOf(column: ColumnVector, type: arrow.DataType, parts: ArrowViewParts): object {
  switch (column.kind) {
    case 'number':
    case 'int64':
      return { data: column.values }
    case 'bool':
      return { data: packed(column.bits, column.length, parts) }
    case 'utf8':
    case 'binary':
      return { valueOffsets: column.offsets, data: column.bytes }
    case 'list':
      return { valueOffsets: column.offsets, child: columnData(column.items, childType(type, 0), parts) }
    case 'fixed-list':
      return { child: columnData(column.items, childType(type, 0), parts) }
    case 'struct':
      return { children: column.columns.map((child, index) => columnData(child, childType(type, index), parts)) }
  }
}

function childType(type: arrow.DataType, index: number): arrow.DataType {
  return type.children[index].type
}

interface PackedBits {
  readonly bytes: Uint8Array
  pack(from: number, to: number): Uint8Array
}

function packed(bits: PackedBits, length: number, { copies }: ArrowViewParts): Uint8Array {
  const bytes = bits.pack(0, length)
  if (bytes.buffer !== bits.bytes.buffer) copies.add('arrow', bytes.byteLength)
  return bytes
}
