import type { ColumnSource } from '../../vectors/column-vector.ts'
import { byteVector } from '../../vectors/byte-vector.ts'
import { ValueVector } from '../../vectors/value-vector.ts'
import { assertByteColumn } from './assert-byte-column.ts'
import type { BodyCursor } from './body-cursor.ts'
import { decodeDecimals } from './decode-decimals.ts'
import { decodeDictionaryColumn, type ForeignContext } from './decode-dictionary-column.ts'
import { decodeHalves } from './decode-halves.ts'
import { decodeDays, decodeTimes } from './decode-times.ts'
import { decodeViews } from './decode-views.ts'
import { malformed } from './malformed.ts'
import { narrowOffsets } from './narrow-offsets.ts'
import type { WireField } from './wire-field.ts'

const maxOffset = 0x7fffffff

/** Reads a column whose buffers are not those of ours. Everything but large lists, which have inner columns. */
export function decodeForeign(cursor: BodyCursor, wire: WireField, context: ForeignContext): ColumnSource {
  const { field, encoding } = wire
  switch (encoding.kind) {
    case 'null':
      return decodeNulls(cursor, wire)
    case 'time':
      return decodeTimes(cursor, wire, encoding, context.times)
    case 'days':
      return decodeDays(cursor, wire)
    case 'half':
      return decodeHalves(cursor, wire)
    case 'decimal':
      return decodeDecimals(cursor, wire, encoding)
    case 'fixed-bytes':
      return decodeFixedBytes(cursor, wire, encoding.byteWidth)
    case 'dictionary':
      return decodeDictionaryColumn(cursor, wire, encoding, context)
    case 'view':
      return decodeViews(cursor, wire, context.maxBytes)
    default: {
      const { length, nulls } = cursor.nextNode(field)
      const offsets = narrowOffsets(cursor.nextInt64s(length === 0 ? 0 : length + 1), field.name)
      const column = byteVector(field, nulls, { offsets, bytes: cursor.nextBytes(0) })
      assertByteColumn(column)
      return column
    }
  }
}

function decodeNulls(cursor: BodyCursor, { field }: WireField): ColumnSource {
  const { length } = cursor.nextCounts()
  // Nothing in the body bounds the length of a column that takes no bytes.
  if (length > cursor.maxLength) throw malformed(`column "${field.name}" is too long`)
  return new ValueVector(field, length, () => null)
}

function decodeFixedBytes(cursor: BodyCursor, { field }: WireField, byteWidth: number): ColumnSource {
  const { length, nulls } = cursor.nextNode(field)
  // Nothing in the body bounds the length of a column that takes no bytes.
  if (byteWidth === 0 && length > cursor.maxLength) throw malformed(`column "${field.name}" is too long`)
  const bytes = cursor.nextBytes(length * byteWidth)
  if (length * byteWidth > maxOffset) throw malformed(`column "${field.name}" has ${length * byteWidth} bytes`)
  return byteVector(field, nulls, {
    offsets: Int32Array.from({ length: length + 1 }, (_, row) => row * byteWidth),
    bytes,
  })
}
