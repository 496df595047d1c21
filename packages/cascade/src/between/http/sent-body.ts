/** Pieces on their way to a socket, and whether all of them have been handed to it: what is not whole is run by nobody. */
export class SentBody implements Iterable<Uint8Array> {
  readonly byteLength: number
  readonly #pieces: readonly Uint8Array[]
  #isWhole = false

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces.filter(({ byteLength }) => byteLength > 0)
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
