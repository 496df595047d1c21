import type { ColumnLayout } from '@redesmyn/core'
import { ascii } from '../text/ascii.ts'
import { type ColumnScanner, unusual } from '../text/column-scanner.ts'
import type { FieldRules } from '../text/field-rules.ts'
import { TextPlace } from '../text/text-place.ts'
import { hexAt } from './skip-json.ts'

const highSurrogate = 0xd800
const lowSurrogate = 0xdc00
const surrogateMask = 0xfc00
const replacement = 0xfffd

/** Any text. Its bytes are known to be UTF-8. */
export class JsonTextColumn implements ColumnScanner {
  readonly rules: FieldRules
  readonly #place = new TextPlace()
  /** Where the text goes on behind the escape that was written last. */
  #end = 0

  constructor(rules: FieldRules) {
    this.rules = rules
  }

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.#place.bind(layout, buffer)
  }

  scan(bytes: Buffer, at: number, row: number): number {
    if (bytes[at] !== ascii.quote) return unusual
    const target = this.#place.bytes
    let end = this.#place.offsets[row]
    let place = at + 1
    for (;;) {
      const byte = bytes[place]
      if (byte === ascii.quote) return this.#place.end(row, end) ? place + 1 : unusual
      if (byte === ascii.backslash) {
        place = this.#unescape(bytes, place, end)
        if (place < 0) return unusual
        end = this.#end
      } else if (byte >= ascii.space) {
        target[end++] = byte
        place++
      } else return unusual
    }
  }

  writeNull(row: number): void {
    this.#place.writeNull(row)
  }

  /** Writes what the escape at `at` stands for, and gives where it ends. */
  #unescape(bytes: Buffer, at: number, end: number): number {
    const letter = bytes[at + 1]
    if (letter === ascii.u) return this.#unescapeUnit(bytes, at, end)
    const byte = unescaped(letter)
    if (byte < 0) return unusual
    this.#place.bytes[end] = byte
    this.#end = end + 1
    return at + 2
  }

  #unescapeUnit(bytes: Buffer, at: number, end: number): number {
    const unit = hexAt(bytes, at + 2)
    if (unit < 0) return unusual
    const isHigh = (unit & surrogateMask) === highSurrogate
    const isFollowed = isHigh && bytes[at + 6] === ascii.backslash && bytes[at + 7] === ascii.u
    const next = isFollowed ? hexAt(bytes, at + 8) : -1
    if (next >= 0 && (next & surrogateMask) === lowSurrogate) {
      this.#end = putCodePoint(this.#place.bytes, end, 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff))
      return at + 12
    }
    const isLone = isHigh || (unit & surrogateMask) === lowSurrogate
    this.#end = putCodePoint(this.#place.bytes, end, isLone ? replacement : unit)
    return at + 6
  }
}

function unescaped(letter: number): number {
  switch (letter) {
    case ascii.quote:
    case ascii.backslash:
    case ascii.slash:
      return letter
    case ascii.b:
      return 0x08
    case ascii.f:
      return 0x0c
    case ascii.n:
      return 0x0a
    case ascii.r:
      return 0x0d
    case ascii.t:
      return 0x09
    default:
      return -1
  }
}

/** Writes a code point as UTF-8 and gives where it ends. */
function putCodePoint(bytes: Uint8Array, at: number, point: number): number {
  let end = at
  if (point < 0x80) {
    bytes[end++] = point
    return end
  }
  if (point < 0x800) bytes[end++] = 0xc0 | (point >> 6)
  else {
    if (point < 0x10000) bytes[end++] = 0xe0 | (point >> 12)
    else {
      bytes[end++] = 0xf0 | (point >> 18)
      bytes[end++] = 0x80 | ((point >> 12) & 0x3f)
    }
    bytes[end++] = 0x80 | ((point >> 6) & 0x3f)
  }
  bytes[end++] = 0x80 | (point & 0x3f)
  return end
}
