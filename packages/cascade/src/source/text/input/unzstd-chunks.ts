import { sourceFailed } from '../../input/source-failed.ts'

/** Compressed bytes taken at once: a few of them can stand for very many, and all of those are held at once. */
const minPieceBytes = 512
const firstPieceBytes = 4 * 1024
const maxPieceBytes = 64 * 1024
/** What a piece should become, about. */
const wantedBytes = 1024 * 1024

/** What zstd frames behind each other hold. Throws SOURCE_FAILED with the offset in the compressed file. */
export async function* unzstdChunks(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  let outputs: Uint8Array[] = []
  const stream = new Decompress((bytes) => {
    if (bytes.byteLength > 0) outputs.push(bytes)
  })
  let offset = 0
  const push = (piece: Uint8Array, isLast: boolean): readonly Uint8Array[] => {
    outputs = []
    try {
      stream.push(piece, isLast)
    } catch (cause) {
      throw sourceFailed(path, offset, cause)
    }
    offset += piece.byteLength
    return outputs
  }
  let pieceBytes = firstPieceBytes
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; ) {
      // The stream keeps what it cannot use yet, and the chunk is used again.
      const piece = chunk.slice(at, at + pieceBytes)
      at += piece.byteLength
      const bytes = push(piece, false)
      yield* bytes
      pieceBytes = nextPieceBytes(pieceBytes, bytes)
    }
  }
  yield* push(new Uint8Array(0), true)
}

function nextPieceBytes(pieceBytes: number, outputs: readonly Uint8Array[]): number {
  const byteLength = outputs.reduce((sum, bytes) => sum + bytes.byteLength, 0)
  return byteLength > wantedBytes ? Math.max(minPieceBytes, pieceBytes / 2) : Math.min(maxPieceBytes, pieceBytes * 2)
}
