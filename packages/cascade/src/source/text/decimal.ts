import { ascii } from './ascii.ts'

/** Mantissas up to here, and these powers of ten, are exact doubles: one division of the two rounds once, correctly. */
const maxExactMantissa = 2 ** 53
const maxExactPower = 22
const powersOfTen = Float64Array.from({ length: maxExactPower + 1 }, (_, power) => Number(`1e${power}`))

/**
 * Reads numbers as JSON writes them, straight from bytes. One is kept and used for all: what it read last stands in
 * its properties, so that nothing is made per number.
 */
export class Decimal {
  value = 0
  /** Behind the last byte of the number. */
  end = 0
  /** Digits alone, with or without a minus. */
  isInteger = false
  /** Digits of the mantissa, leading zeros included. */
  digitCount = 0

  /** False where no JSON number begins at `at`. */
  scan(bytes: Buffer, at: number): boolean {
    const isNegative = bytes[at] === ascii.minus
    const first = isNegative ? at + 1 : at
    let place = first
    let mantissa = 0
    let digit = bytes[place] - ascii.zero
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      digit = bytes[++place] - ascii.zero
    }
    this.digitCount = place - first
    if (this.digitCount === 0 || (this.digitCount > 1 && bytes[first] === ascii.zero)) return false
    this.isInteger = true
    if (bytes[place] === ascii.point) {
      const fraction = ++place
      digit = bytes[place] - ascii.zero
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit
        digit = bytes[++place] - ascii.zero
      }
      if (place === fraction) return false
      this.isInteger = false
      const power = place - fraction
      this.digitCount += power
      mantissa = mantissa < maxExactMantissa && power <= maxExactPower ? mantissa / powersOfTen[power] : Number.NaN
    }
    if (bytes[place] === ascii.e || bytes[place] === ascii.upperE) {
      place = endOfExponent(bytes, place)
      if (place < 0) return false
      this.isInteger = false
      mantissa = Number.NaN
    }
    this.end = place
    // NaN compares with nothing, so that whatever is not known to be exact is read by the engine.
    if (mantissa < maxExactMantissa) this.value = isNegative ? -mantissa : mantissa
    else this.value = Number(bytes.toString('latin1', at, place))
    return true
  }
}

/** Behind an exponent that begins at `at`; -1 where it has no digits. */
function endOfExponent(bytes: Uint8Array, at: number): number {
  let place = at + 1
  if (bytes[place] === ascii.plus || bytes[place] === ascii.minus) place++
  const first = place
  while (bytes[place] >= ascii.zero && bytes[place] <= ascii.nine) place++
  return place === first ? -1 : place
}
