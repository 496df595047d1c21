import type { ReplyBody } from './exchange.ts'

export function toPieces(body: ReplyBody): readonly Uint8Array[] {
  if (typeof body === 'string') return [Buffer.from(body)]
  return body instanceof Uint8Array ? [body] : body
}

export function countBytes(pieces: readonly Uint8Array[]): number {
  let bytes = 0
  for (const piece of pieces) bytes += piece.byteLength
  return bytes
}

/** A copy of the pieces, from a byte offset on, as one. */
export function joinPieces(pieces: readonly Uint8Array[], fromByte: number): Uint8Array {
  const joined = Buffer.allocUnsafe(countBytes(pieces) - fromByte)
  let start = -fromByte
  for (const piece of pieces) {
    if (start + piece.byteLength > 0) joined.set(piece.subarray(Math.max(0, -start)), Math.max(0, start))
    start += piece.byteLength
  }
  return joined
}
