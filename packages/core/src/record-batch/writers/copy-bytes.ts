import type { ByteValues } from '../vectors/byte-vector.ts'
import { rebaseOffsets } from './rebase-offsets.ts'

/** Puts texts or bytes of rows `from` to `to` behind those of the rows before `row`. False: no room for them. */
export function copyBytes(
  target: ByteValues,
  row: number,
  source: ByteValues,
  [from, to]: readonly [from: number, to: number],
): boolean {
  const bytes = source.bytes.subarray(source.offsets[from], source.offsets[to])
  const start = target.offsets[row]
  if (start + bytes.length > target.bytes.length) return false
  target.bytes.set(bytes, start)
  rebaseOffsets(target.offsets, row, source.offsets, [from, to])
  return true
}
