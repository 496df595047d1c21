import type { BinaryVector } from '../vectors/binary-vector.ts'
import type { Utf8Vector } from '../vectors/utf8-vector.ts'

/** Whether null slots have no bytes, as ours do; other writers may leave some. */
export function areNullsEmpty({ nulls, offsets }: Utf8Vector | BinaryVector, from: number, to: number): boolean {
  if (nulls.count === 0) return true
  for (let row = from; row < to; row++) if (nulls.has(row) && offsets[row + 1] !== offsets[row]) return false
  return true
}
