/** Takes bytes out of chunks, in the amounts in which they are wanted. */
export class ByteReader {
  readonly #chunks: AsyncGenerator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)
  #offset = 0

  constructor(chunks: AsyncGenerator<Uint8Array>) {
    this.#chunks = chunks
  }

  /** Of the byte that comes next. */
  get offset(): number {
    return this.#offset
  }

  /** Fills `target`, and gives how many bytes came: fewer only where nothing more does. */
  async readInto(target: Uint8Array): Promise<number> {
    let filled = 0
    while (filled < target.byteLength) {
      if (this.#rest.byteLength === 0 && !(await this.#readOn())) break
      const taken = this.#rest.subarray(0, target.byteLength - filled)
      target.set(taken, filled)
      this.#rest = this.#rest.subarray(taken.byteLength)
      filled += taken.byteLength
    }
    this.#offset += filled
    return filled
  }

  /** Whether nothing more comes; waits until that is known. */
  async hasEnded(): Promise<boolean> {
    return this.#rest.byteLength === 0 && !(await this.#readOn())
  }

  /** Ends the reading, at its end or before. */
  async close(): Promise<void> {
    await this.#chunks.return(undefined)
  }

  async #readOn(): Promise<boolean> {
    const { done, value } = await this.#chunks.next()
    this.#rest = done === true ? new Uint8Array(0) : value
    // Nobody gives an empty chunk but at the end; were one to come, the next tells.
    return done !== true && (value.byteLength > 0 || (await this.#readOn()))
  }
}
