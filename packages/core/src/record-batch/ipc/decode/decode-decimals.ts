import type { ColumnSource } from '../../vectors/column-vector.ts'
import { ValueVector } from '../../vectors/value-vector.ts'
import type { BodyCursor } from './body-cursor.ts'
import type { DecimalEncoding, WireField } from './wire-field.ts'

/** Up to this exponent a power of ten is a double without rounding, so that dividing by it rounds once. */
const maxExactScale = 22

/** Decimals as texts with all their digits, or as the nearest doubles. */
export function decodeDecimals(
  cursor: BodyCursor,
  { field }: WireField,
  { bits, scale }: DecimalEncoding,
): ColumnSource {
  const { length, nulls } = cursor.nextNode(field)
  const bytes = cursor.nextBytes((length * bits) / 8)
  const unscaledAt = unscaledReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bits)
  const read = field.type.kind === 'utf8' ? textOfDecimal : numberOfDecimal
  return new ValueVector(field, length, (row) => (nulls.has(row) ? null : read(unscaledAt(row), scale)))
}

/** Two's complement, low word first. */
function unscaledReader(view: DataView, bits: number): (row: number) => bigint {
  if (bits === 32) return (row) => BigInt(view.getInt32(row * 4, true))
  const words = bits / 64
  return (row) => {
    const last = (row + 1) * words - 1
    let value = view.getBigInt64(last * 8, true)
    for (let word = last - 1; word >= row * words; word--) value = (value << 64n) | view.getBigUint64(word * 8, true)
    return value
  }
}

function numberOfDecimal(unscaled: bigint, scale: number): number {
  const number = Number(unscaled)
  if (scale === 0) return number
  const isExact = Number.isSafeInteger(number) && Math.abs(scale) <= maxExactScale
  if (!isExact) return Number(`${unscaled}e${-scale}`)
  return scale > 0 ? number / 10 ** scale : number * 10 ** -scale
}

function textOfDecimal(unscaled: bigint, scale: number): string {
  if (scale <= 0) return `${unscaled * 10n ** BigInt(-scale)}`
  const sign = unscaled < 0n ? '-' : ''
  const digits = `${unscaled < 0n ? -unscaled : unscaled}`.padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
