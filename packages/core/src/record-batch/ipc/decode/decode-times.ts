import type { ColumnSource } from '../../vectors/column-vector.ts'
import { Int64Vector } from '../../vectors/int64-vector.ts'
import type { BodyCursor } from './body-cursor.ts'
import { malformed } from './malformed.ts'
import type { WireEncoding, WireField } from './wire-field.ts'

const msPerDay = 86_400_000n

/** What becomes of times that are finer than a millisecond: they are refused, or lose what is finer. */
export type TimePrecision = 'exact' | 'floor'

/** Timestamps of another unit than milliseconds. */
export function decodeTimes(
  cursor: BodyCursor,
  { field }: WireField,
  { ms, perMs }: Extract<WireEncoding, { kind: 'time' }>,
  precision: TimePrecision,
): ColumnSource {
  const { length, nulls } = cursor.nextNode(field)
  const times = cursor.nextInt64s(length).map((time, row) => {
    if (nulls.has(row)) return 0n
    const rest = time % perMs
    if (rest === 0n) return (time * ms) / perMs
    if (precision === 'exact') {
      throw malformed(`column "${field.name}" has a time of less than a millisecond in row ${row}`)
    }
    return (time - rest) / perMs - (rest < 0n ? 1n : 0n)
  })
  return new Int64Vector(field, nulls, times)
}

/** Dates as the first millisecond of their day, UTC. */
export function decodeDays(cursor: BodyCursor, { field }: WireField): ColumnSource {
  const { length, nulls } = cursor.nextNode(field)
  const bytes = cursor.nextBytes(length * 4)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const times = BigInt64Array.from({ length }, (_, row) =>
    nulls.has(row) ? 0n : BigInt(view.getInt32(row * 4, true)) * msPerDay,
  )
  return new Int64Vector(field, nulls, times)
}
