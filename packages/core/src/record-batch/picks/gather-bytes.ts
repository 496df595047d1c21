import type { ByteValues } from '../vectors/byte-vector.ts'
import type { RowPicks } from './row-picks.ts'

/** Up to so many bytes a loop is faster than a view of them. */
const maxLoopBytes = 24

/** Bytes that texts or bytes by these picks take, of which none is null. */
export function byteLengthOfPicks(columns: readonly ByteValues[], { sources, rows }: RowPicks): number {
  const offsets = columns.map((column) => column.offsets)
  let length = 0
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place]
    if (row >= 0) length += offsets[sources[place]][row + 1] - offsets[sources[place]][row]
  }
  return length
}

/**
 * Puts texts or bytes behind those of the rows before `row`: the offsets first, then the bytes, those that lie one behind
 * the other at once. False, and only offsets written, where there is no room.
 */
export function gatherBytes(target: ByteValues, row: number, columns: readonly ByteValues[], picks: RowPicks): boolean {
  const { sources, rows } = picks
  const offsets = columns.map((column) => column.offsets)
  const first = target.offsets[row]
  let end = first
  for (let place = 0; place < rows.length; place++) {
    const from = rows[place]
    if (from >= 0) end += offsets[sources[place]][from + 1] - offsets[sources[place]][from]
    target.offsets[row + place + 1] = end
  }
  if (end > target.bytes.length) return false
  copyRuns(target.bytes, first, columns, picks)
  return true
}

function copyRuns(target: Uint8Array, at: number, columns: readonly ByteValues[], { sources, rows }: RowPicks): void {
  let source = 0
  let start = 0
  let end = 0
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place]
    if (row < 0) continue
    const { offsets } = columns[sources[place]]
    if (sources[place] !== source || offsets[row] !== end) {
      copyBytes(target, at, columns[source].bytes, [start, end])
      at += end - start
      source = sources[place]
      start = offsets[row]
    }
    end = offsets[row + 1]
  }
  copyBytes(target, at, columns[source].bytes, [start, end])
}

function copyBytes(target: Uint8Array, at: number, source: Uint8Array, [from, to]: readonly [number, number]): void {
  if (to - from > maxLoopBytes) target.set(source.subarray(from, to), at)
  else for (let index = from; index < to; index++) target[at + index - from] = source[index]
}
