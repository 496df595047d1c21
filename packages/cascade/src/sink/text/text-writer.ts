import type { RecordBatch } from '@redesmyn/core'
import type { FileWriter } from '../sink-format.ts'
import type { ByteTarget } from './output/byte-target.ts'

/** Characters that are encoded at once. */
const pieceCharacters = 64 * 1024

/** The rows of a batch as lines, without their ends. */
export type WriteLines = (batch: RecordBatch) => (row: number) => string

/** Writes rows as lines. */
export class TextWriter implements FileWriter {
  readonly #target: ByteTarget
  readonly #linesOf: WriteLines
  #rowCount = 0

  constructor(target: ByteTarget, linesOf: WriteLines) {
    this.#target = target
    this.#linesOf = linesOf
  }

  async write(batch: RecordBatch): Promise<void> {
    const lineOf = this.#linesOf(batch)
    let text = ''
    for (let row = 0; row < batch.rowCount; row++) {
      text += `${lineOf(row)}\n`
      if (text.length < pieceCharacters) continue
      await this.#put(text)
      text = ''
    }
    if (text !== '') await this.#put(text)
    this.#rowCount += batch.rowCount
  }

  async finish(): Promise<{ readonly rowCount: number; readonly byteLength: number }> {
    await this.#target.finish()
    return { rowCount: this.#rowCount, byteLength: this.#target.byteLength }
  }

  async abort(): Promise<void> {
    await this.#target.abort()
  }

  async #put(text: string): Promise<void> {
    await this.#target.write([Buffer.from(text)])
  }
}
