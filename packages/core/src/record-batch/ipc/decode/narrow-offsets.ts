import { malformed } from './malformed.ts'

const maxOffset = 0x7fffffffn

/** 64-bit offsets as 32-bit ones. An empty column may have left its only offset out. */
export function narrowOffsets(offsets: BigInt64Array, name: string): Int32Array {
  if (offsets.length === 0) return new Int32Array(1)
  return Int32Array.from(offsets, (offset) => {
    if (offset >= 0n && offset <= maxOffset) return Number(offset)
    throw malformed(`column "${name}" has an offset of ${offset}`)
  })
}
