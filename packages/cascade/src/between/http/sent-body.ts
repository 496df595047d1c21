import { setImmediate } from 'node:timers/promises'

/** Pieces below it are joined with their neighbours: each write of its own costs more than copying so little. */
const smallBytes = 4096
/** So much a connection takes without making its writer wait. */
const unwaitedBytes = 16 * 1024

/** Pieces on their way to a socket, and whether all of them have been handed to it: what is not whole is run by nobody. */
export class SentBody implements AsyncIterable<Uint8Array> {
  readonly byteLength: number
  readonly #pieces: readonly Uint8Array[]
  #isWhole = false

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = joinSmall(pieces)
    this.byteLength = this.#pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  get isWhole(): boolean {
    return this.#isWhole
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const last = this.#pieces.length - 1
    for (const [index, piece] of this.#pieces.entries()) {
      if (index === last) {
        // A connection that has closed asks for what is left too; who waits for the reply is told of it before this ends.
        if (this.byteLength > unwaitedBytes) await setImmediate()
        // Once the last one is on its way, nobody here knows whether it arrived.
        this.#isWhole = true
      }
      yield piece
    }
  }
}

function joinSmall(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const joined: Uint8Array[] = []
  let small: Uint8Array[] = []
  const flush = (): void => {
    if (small.length > 0) joined.push(small.length === 1 ? small[0] : Buffer.concat(small))
    small = []
  }
  for (const piece of pieces) {
    if (piece.byteLength === 0) continue
    if (piece.byteLength < smallBytes) {
      small.push(piece)
      continue
    }
    flush()
    joined.push(piece)
  }
  flush()
  return joined
}
