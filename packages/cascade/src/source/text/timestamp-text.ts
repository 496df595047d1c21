import { ascii } from './ascii.ts'

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const
const dayMs = 86_400_000
const minuteMs = 60_000
/** Days from 0000-03-01, where leap days come last in their year, to 1970-01-01. */
const epochDays = 719_468

/**
 * Reads points in time as ISO 8601 writes them, straight from bytes: `2026-01-31`, `2026-01-31T12:30:59.123Z`,
 * `2026-01-31 12:30+01:00`. Without a zone they are UTC; what is finer than a millisecond is cut off.
 */
export class TimestampText {
  /** Milliseconds since 1970, UTC. */
  value = 0
  /** Behind the last byte. */
  end = 0

  /** False where none begins at `at`. */
  scan(bytes: Buffer, at: number): boolean {
    const days = daysAt(bytes, at)
    if (days < 0) return false
    this.value = (days - epochDays) * dayMs
    this.end = at + 10
    const separator = bytes[this.end]
    const isDate = separator !== 0x54 && (separator !== ascii.space || !isDigit(bytes[this.end + 1]))
    return isDate || (this.#scanTime(bytes, this.end + 1) && this.#scanZone(bytes, this.end))
  }

  #scanTime(bytes: Buffer, at: number): boolean {
    const hours = numberAt(bytes, at, 2)
    const minutes = bytes[at + 2] === ascii.colon ? numberAt(bytes, at + 3, 2) : -1
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false
    this.value += (hours * 60 + minutes) * minuteMs
    this.end = at + 5
    return bytes[this.end] !== ascii.colon || this.#scanSeconds(bytes, at + 6)
  }

  #scanSeconds(bytes: Buffer, at: number): boolean {
    const seconds = numberAt(bytes, at, 2)
    if (seconds < 0 || seconds > 59) return false
    this.value += seconds * 1000
    this.end = at + 2
    if (bytes[this.end] !== ascii.point && bytes[this.end] !== ascii.comma) return true
    let digitMs = 100
    let place = this.end + 1
    if (!isDigit(bytes[place])) return bytes[this.end] === ascii.comma
    for (; isDigit(bytes[place]); place++) {
      this.value += (bytes[place] - ascii.zero) * Math.floor(digitMs)
      digitMs /= 10
    }
    this.end = place
    return true
  }

  #scanZone(bytes: Buffer, at: number): boolean {
    if (bytes[at] === 0x5a) {
      this.end = at + 1
      return true
    }
    if (bytes[at] !== ascii.plus && bytes[at] !== ascii.minus) return true
    const hours = numberAt(bytes, at + 1, 2)
    const minutesAt = bytes[at + 3] === ascii.colon ? at + 4 : at + 3
    const hasMinutes = isDigit(bytes[minutesAt])
    const minutes = hasMinutes ? numberAt(bytes, minutesAt, 2) : 0
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false
    this.value -= (bytes[at] === ascii.minus ? -1 : 1) * (hours * 60 + minutes) * minuteMs
    this.end = hasMinutes ? minutesAt + 2 : at + 3
    return true
  }
}

/** Days from 0000-03-01 to the date at `at`; -1 where there is none. */
function daysAt(bytes: Buffer, at: number): number {
  const year = numberAt(bytes, at, 4)
  const month = bytes[at + 4] === ascii.minus ? numberAt(bytes, at + 5, 2) : -1
  const day = bytes[at + 7] === ascii.minus ? numberAt(bytes, at + 8, 2) : -1
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return -1
  const marchYear = month > 2 ? year : year - 1
  const marchMonth = (month + 9) % 12
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400)
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1
}

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : monthDays[month - 1]
}

function numberAt(bytes: Buffer, at: number, length: number): number {
  let value = 0
  for (let place = at; place < at + length; place++) {
    if (!isDigit(bytes[place])) return -1
    value = value * 10 + bytes[place] - ascii.zero
  }
  return value
}

function isDigit(byte: number): boolean {
  return byte >= ascii.zero && byte <= ascii.nine
}
