import { ascii, skipSpace } from '../text/ascii.ts'
import { unusual } from '../text/column-scanner.ts'
import type { Decimal } from '../text/decimal.ts'

/** Deeper values are left to the engine's parser. */
const maxDepth = 64

/** Behind the JSON value that begins at `at`; `unusual` for what is none, or is nested deeply. Any line's end stops it. */
export function skipJson(bytes: Buffer, at: number, decimal: Decimal, depth = 0): number {
  switch (bytes[at]) {
    case ascii.quote:
      return skipText(bytes, at)
    case ascii.t:
      return skipWord(bytes, at, 'true')
    case ascii.f:
      return skipWord(bytes, at, 'false')
    case ascii.n:
      return skipWord(bytes, at, 'null')
    case ascii.openBracket:
    case ascii.openBrace:
      return depth === maxDepth ? unusual : skipContainer(bytes, at, decimal, depth)
    default:
      return decimal.scan(bytes, at) ? decimal.end : unusual
  }
}

function skipContainer(bytes: Buffer, at: number, decimal: Decimal, depth: number): number {
  const isObject = bytes[at] === ascii.openBrace
  const close = isObject ? ascii.closeBrace : ascii.closeBracket
  let place = skipSpace(bytes, at + 1)
  if (bytes[place] === close) return place + 1
  for (;;) {
    if (isObject) place = skipName(bytes, place)
    if (place < 0) return unusual
    place = skipJson(bytes, place, decimal, depth + 1)
    if (place < 0) return unusual
    place = skipSpace(bytes, place)
    if (bytes[place] === close) return place + 1
    if (bytes[place] !== ascii.comma) return unusual
    place = skipSpace(bytes, place + 1)
  }
}

/** Behind a member's name and its colon. */
function skipName(bytes: Buffer, at: number): number {
  const end = bytes[at] === ascii.quote ? skipText(bytes, at) : unusual
  if (end < 0) return unusual
  const colon = skipSpace(bytes, end)
  return bytes[colon] === ascii.colon ? skipSpace(bytes, colon + 1) : unusual
}

/** Behind a text whose opening quote is at `at`. */
function skipText(bytes: Buffer, at: number): number {
  let place = at + 1
  for (;;) {
    const byte = bytes[place]
    if (byte === ascii.quote) return place + 1
    if (byte === ascii.backslash) {
      place = endOfEscape(bytes, place)
      if (place < 0) return unusual
      // The place is undefined behind the last byte, and compares with nothing.
    } else if (byte >= ascii.space) place++
    else return unusual
  }
}

/** Behind an escape whose backslash is at `at`. */
function endOfEscape(bytes: Buffer, at: number): number {
  const letter = bytes[at + 1]
  if (letter !== ascii.u) return isEscaped(letter) ? at + 2 : unusual
  return hexAt(bytes, at + 2) < 0 ? unusual : at + 6
}

function isEscaped(letter: number): boolean {
  switch (letter) {
    case ascii.quote:
    case ascii.backslash:
    case ascii.slash:
    case ascii.b:
    case ascii.f:
    case ascii.n:
    case ascii.r:
    case ascii.t:
      return true
    default:
      return false
  }
}

/** The number that four hexadecimal digits say; -1 where there are no four. */
export function hexAt(bytes: Buffer, at: number): number {
  let value = 0
  for (let place = at; place < at + 4; place++) {
    const digit = hexDigit(bytes[place])
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function skipWord(bytes: Buffer, at: number, word: string): number {
  for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word.charCodeAt(index)) return unusual
  return at + word.length
}
