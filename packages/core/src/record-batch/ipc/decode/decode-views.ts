import type { ColumnSource } from '../../vectors/column-vector.ts'
import { byteVector } from '../../vectors/byte-vector.ts'
import { assertByteColumn } from './assert-byte-column.ts'
import type { BodyCursor } from './body-cursor.ts'
import { gatherBytes } from './gather-bytes.ts'
import { malformed } from './malformed.ts'
import type { WireField } from './wire-field.ts'

const viewBytes = 16
const maxInlineBytes = 12
const noBytes = new Uint8Array(0)

/** Texts or bytes as views: a length and either the value itself, or its first bytes, the number of a buffer and a place in it. */
export function decodeViews(cursor: BodyCursor, { field }: WireField, maxBytes: number): ColumnSource {
  const { length, nulls } = cursor.nextNode(field)
  const views = cursor.nextBytes(length * viewBytes)
  const buffers = Array.from({ length: cursor.nextVariadicCount() }, () => cursor.nextBytes(0))
  const words = new DataView(views.buffer, views.byteOffset, views.byteLength)

  const valueAt = (row: number): Uint8Array => {
    if (nulls.has(row)) return noBytes
    const place = row * viewBytes
    const valueLength = words.getInt32(place, true)
    const isInline = valueLength >= 0 && valueLength <= maxInlineBytes
    const source = isInline ? views : buffers[words.getInt32(place + 8, true)]
    const start = isInline ? place + 4 : words.getInt32(place + 12, true)
    if (source === undefined || valueLength < 0 || start < 0 || start + valueLength > source.length) {
      throw malformed(`a value of column "${field.name}" lies outside its buffers`)
    }
    return source.subarray(start, start + valueLength)
  }

  const column = byteVector(field, nulls, gatherBytes(length, maxBytes, valueAt))
  assertByteColumn(column)
  return column
}
