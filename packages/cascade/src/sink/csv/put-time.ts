import type { ColumnVector } from '@redesmyn/core'
import type { PutCell } from '../text/put-cell.ts'
import type { TextBuffer } from '../text/text-buffer.ts'

const dayMs = 86_400_000
const zero = 0x30
/** `2026-01-31T` */
const datePlaces = 11
/** Years that ISO 8601 writes with four digits; times beyond are milliseconds. */
const minIsoMs = -62_135_596_800_000
const maxIsoMs = 253_402_300_799_999

/** Times as ISO 8601, in UTC. Rows that follow each other are mostly of one day, whose date is made once. */
export function putTimes(vector: Extract<ColumnVector, { kind: 'int64' }>, out: TextBuffer): PutCell {
  let day = Number.NaN
  let date = ''
  return (row) => {
    const milliseconds = vector.numberAt(row)
    if (milliseconds < minIsoMs || milliseconds > maxIsoMs) {
      out.putInteger(milliseconds)
      return
    }
    const ownDay = Math.floor(milliseconds / dayMs)
    if (ownDay !== day) date = new Date(ownDay * dayMs).toISOString().slice(0, datePlaces)
    day = ownDay
    out.putAscii(date)
    putTime(milliseconds - day * dayMs, out)
  }
}

/** `12:30:59.123Z` */
function putTime(milliseconds: number, out: TextBuffer): void {
  const seconds = Math.floor(milliseconds / 1000)
  putDigits(Math.floor(seconds / 3600), 2, out)
  out.putAscii(':')
  putDigits(Math.floor(seconds / 60) % 60, 2, out)
  out.putAscii(':')
  putDigits(seconds % 60, 2, out)
  out.putAscii('.')
  putDigits(milliseconds - seconds * 1000, 3, out)
  out.putAscii('Z')
}

function putDigits(value: number, count: number, out: TextBuffer): void {
  for (let power = 10 ** (count - 1); power >= 1; power /= 10) out.putByte(zero + (Math.floor(value / power) % 10))
}
