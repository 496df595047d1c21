import { countBytes, joinPieces } from '../reply-pieces.ts'
import type { UwsResponse } from './uws-module.ts'

/**
 * Writes a long body as the socket takes it. True when it is all written; else `onFlushed` follows, unless the client
 * goes first. What the socket does not take at once is copied, because the pieces are the caller's again afterwards.
 */
export function streamPieces(
  response: UwsResponse,
  pieces: readonly Uint8Array[],
  onFlushed: () => void,
): 'flushed' | 'flushing' {
  const totalBytes = countBytes(pieces)
  for (const piece of pieces) {
    if (piece.byteLength === 0) continue
    const [hasRoom, isComplete] = response.tryEnd(piece, totalBytes)
    if (isComplete) return 'flushed'
    if (!hasRoom) break
  }
  const restStart = response.getWriteOffset()
  const rest = joinPieces(pieces, restStart)
  response.onWritable((offset) => {
    const [hasRoom, isComplete] = response.tryEnd(rest.subarray(offset - restStart), totalBytes)
    if (isComplete) onFlushed()
    return hasRoom
  })
  return 'flushing'
}
