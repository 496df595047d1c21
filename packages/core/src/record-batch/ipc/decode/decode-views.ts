import type { ColumnSource } from '../../vectors/column-vector.ts'
import { Utf8Vector } from '../../vectors/utf8-vector.ts'
import { assertTexts } from './assert-texts.ts'
import type { BodyCursor } from './body-cursor.ts'
import { gatherTexts } from './gather-texts.ts'
import { malformed } from './malformed.ts'
import type { WireField } from './wire-field.ts'

const viewBytes = 16
const maxInlineBytes = 12
const noText = new Uint8Array(0)

/** Texts as views: a length and either the text itself, or its first bytes, the number of a buffer and a place in it. */
export function decodeViews(cursor: BodyCursor, { field }: WireField, maxBytes: number): ColumnSource {
  const { length, nulls } = cursor.nextNode(field)
  const views = cursor.nextBytes(length * viewBytes)
  const buffers = Array.from({ length: cursor.nextVariadicCount() }, () => cursor.nextBytes(0))
  const words = new DataView(views.buffer, views.byteOffset, views.byteLength)

  const textAt = (row: number): Uint8Array => {
    if (nulls.has(row)) return noText
    const place = row * viewBytes
    const textLength = words.getInt32(place, true)
    const isInline = textLength >= 0 && textLength <= maxInlineBytes
    const source = isInline ? views : buffers[words.getInt32(place + 8, true)]
    const start = isInline ? place + 4 : words.getInt32(place + 12, true)
    if (source === undefined || textLength < 0 || start < 0 || start + textLength > source.length) {
      throw malformed(`a text of column "${field.name}" lies outside its buffers`)
    }
    return source.subarray(start, start + textLength)
  }

  const { offsets, bytes } = gatherTexts(length, maxBytes, textAt)
  const texts = new Utf8Vector(field, nulls, offsets, bytes)
  assertTexts(texts)
  return texts
}
