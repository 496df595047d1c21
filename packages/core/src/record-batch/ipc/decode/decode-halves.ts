import { NumberVector } from '../../vectors/number-vector.ts'
import type { ColumnSource } from '../../vectors/column-vector.ts'
import type { BodyCursor } from './body-cursor.ts'
import type { WireField } from './wire-field.ts'

/** Floats of 16 bits: a sign, five bits of exponent, ten of fraction. */
export function decodeHalves(cursor: BodyCursor, { field }: WireField): ColumnSource {
  const { length, nulls } = cursor.nextNode(field)
  const bytes = cursor.nextBytes(length * 2)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = Float32Array.from({ length }, (_, row) =>
    nulls.has(row) ? 0 : halfToNumber(view.getUint16(row * 2, true)),
  )
  return new NumberVector(field, nulls, values)
}

function halfToNumber(half: number): number {
  const sign = half >> 15 === 0 ? 1 : -1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}
