import { type BufferRange, bytesOfBits } from './layout.ts'

/** Bit-packed booleans, least significant bit first, that may begin inside their first byte. */
export class Bits {
  readonly bytes: Uint8Array
  /** Where the first bit is in the first byte: 0 to 7. */
  readonly bitOffset: number

  constructor(bytes: Uint8Array, bitOffset: number) {
    this.bytes = bytes
    this.bitOffset = bitOffset
  }

  static over(buffer: ArrayBufferLike, range: BufferRange): Bits {
    return new Bits(new Uint8Array(buffer, range.byteOffset, range.byteLength), range.bitOffset)
  }

  get(index: number): boolean {
    const bit = index + this.bitOffset
    return ((this.bytes[bit >> 3] >> (bit & 7)) & 1) === 1
  }

  /** How many of the bits `from` to `to` (exclusive) are 0. */
  countZeros(from: number, to: number): number {
    let zeros = 0
    for (let index = from; index < to; index++) {
      const bit = index + this.bitOffset
      if ((bit & 7) === 0 && to - index >= 8) {
        zeros += 8 - countOnes(this.bytes[bit >> 3])
        index += 7
      } else if (((this.bytes[bit >> 3] >> (bit & 7)) & 1) === 0) zeros++
    }
    return zeros
  }

  /** Bits `from` to `to` (exclusive) from bit 0 on, zeros behind the last: a view where they lie so already, else a copy. */
  pack(from: number, to: number): Uint8Array {
    const length = to - from
    const first = (from + this.bitOffset) >> 3
    const bytes = this.bytes.subarray(first, first + bytesOfBits(length))
    const isAligned = ((from + this.bitOffset) & 7) === 0
    if (isAligned && ((length & 7) === 0 || bytes[bytes.length - 1] >> (length & 7) === 0)) return bytes
    const packed = new Uint8Array(bytesOfBits(length))
    for (let index = 0; index < length; index++) putBit(packed, index, this.get(from + index))
    return packed
  }
}

/**
 * Sets one bit and clears those behind it in its byte: filled in order, what an earlier batch left in a reused slab
 * is gone, and the bits past the last row are zero.
 */
export function putBit(bytes: Uint8Array, index: number, isSet: boolean): void {
  const shift = index & 7
  const kept = bytes[index >> 3] & ((1 << shift) - 1)
  bytes[index >> 3] = isSet ? kept | (1 << shift) : kept
}

/** Bits `from` to `to` (exclusive) of `source` at bit `at` and what follows, a byte at a time; as `putBit` would, one by one. */
export function copyBits(target: Uint8Array, at: number, source: Bits, [from, to]: readonly [number, number]): void {
  const { bytes, bitOffset } = source
  let index = from
  for (; index < to && ((at + index - from) & 7) !== 0; index++) putBit(target, at + index - from, source.get(index))
  const shift = (bitOffset + index) & 7
  let byte = (bitOffset + index) >> 3
  let place = (at + index - from) >> 3
  for (; index + 8 <= to; index += 8, byte++) {
    target[place++] = shift === 0 ? bytes[byte] : (bytes[byte] >> shift) | (bytes[byte + 1] << (8 - shift))
  }
  for (; index < to; index++) putBit(target, at + index - from, source.get(index))
}

/** Sets `length` bits from bit `at` on. */
export function fillBits(target: Uint8Array, at: number, length: number): void {
  const end = at + length
  let index = at
  for (; index < end && (index & 7) !== 0; index++) putBit(target, index, true)
  const wholeEnd = end - (end & 7)
  if (wholeEnd > index) target.fill(0xff, index >> 3, wholeEnd >> 3)
  for (index = Math.max(index, wholeEnd); index < end; index++) putBit(target, index, true)
}

/** Clears what lies behind the first `length` bits in their last byte. */
export function clearTail(bytes: Uint8Array, length: number): void {
  const shift = length & 7
  if (shift !== 0) bytes[length >> 3] &= (1 << shift) - 1
}

function countOnes(byte: number): number {
  let ones = 0
  for (let rest = byte; rest !== 0; rest &= rest - 1) ones++
  return ones
}
