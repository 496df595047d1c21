import type { ReadRequest } from '../source-format.ts'

/** Less than this is what every reader keeps. */
const ordinaryBytes = 4 * 2 ** 20

/** What is kept of a stream until its rows are in blocks, told to whoever counts memory where it is much. */
export class KeptBytes {
  readonly #keep: ReadRequest['keep']
  #bytes = 0
  #toldBytes = 0

  constructor(keep: ReadRequest['keep']) {
    this.#keep = keep
  }

  /** Before so many more are read: it may wait until there is room. */
  async add(byteLength: number): Promise<void> {
    this.change(byteLength)
    await this.tell()
  }

  /** More or less, without waiting; `tell` tells. */
  change(byteLength: number): void {
    this.#bytes += byteLength
  }

  async tell(): Promise<void> {
    const bytes = this.#bytes > ordinaryBytes ? this.#bytes : 0
    if (bytes === this.#toldBytes) return
    this.#toldBytes = bytes
    await this.#keep?.(bytes)
  }
}
