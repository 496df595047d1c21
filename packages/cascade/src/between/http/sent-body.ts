/** Pieces below it are joined with their neighbours: each write of its own costs more than copying so little. */
const smallBytes = 4096

/** Pieces on their way to a socket, and whether all of them have been handed to it: what is not whole is run by nobody. */
export class SentBody implements Iterable<Uint8Array> {
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

  *[Symbol.iterator](): Generator<Uint8Array> {
    for (const [index, piece] of this.#pieces.entries()) {
      // Once the last one is on its way, nobody here knows whether it arrived.
      if (index === this.#pieces.length - 1) this.#isWhole = true
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
