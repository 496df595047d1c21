import type { ReadBlock } from '../../source/source-format.ts'
import type { BlockLoan } from '../memory/block-memory.ts'

/** A block between its reading and its writing, and the memory that it holds: given back when no thread reads it any more. */
export class BlockOnItsWay {
  readonly block: ReadBlock
  /** For whoever runs the rows: nobody there reads them any more. */
  readonly onFree: () => void
  readonly #loan: BlockLoan
  readonly #freed: Promise<void>

  constructor(block: ReadBlock, loan: BlockLoan) {
    let free = (): void => undefined
    this.#freed = new Promise((resolve) => {
      free = resolve
    })
    this.block = block
    this.onFree = free
    this.#loan = loan
  }

  isWriting(): void {
    this.#loan.charge.moveTo('write')
  }

  /** Whoever has the rows written is done with them, or never needed them. */
  returnBuffer(): void {
    void this.#freed.then(() => this.#loan.returnBuffer())
  }

  /** What came of the block is written, or not wanted. */
  end(): void {
    void this.#freed.then(() => {
      this.#loan.returnBuffer()
      this.#loan.charge.release()
    })
  }
}
