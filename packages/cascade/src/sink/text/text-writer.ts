import type { RecordBatch } from '@redesmyn/core'
import type { FileWriter } from '../sink-format.ts'
import type { ByteTarget } from './output/byte-target.ts'
import type { PutRows } from './put-cell.ts'
import { TextBuffer } from './text-buffer.ts'

/** Text that is handed on at once, about. */
const pieceBytes = 256 * 1024
const lineFeed = 0x0a

/** Writes rows as lines. */
export class TextWriter implements FileWriter {
  readonly #target: ByteTarget
  readonly #putRows: PutRows
  readonly #buffer = new TextBuffer()
  #rowCount = 0

  constructor(target: ByteTarget, putRows: PutRows) {
    this.#target = target
    this.#putRows = putRows
  }

  async write(batch: RecordBatch): Promise<void> {
    const buffer = this.#buffer
    const putRow = this.#putRows(batch, buffer)
    for (let row = 0; row < batch.rowCount; row++) {
      putRow(row)
      buffer.putByte(lineFeed)
      if (buffer.end >= pieceBytes) await this.#target.write([buffer.take()])
    }
    if (buffer.end > 0) await this.#target.write([buffer.take()])
    this.#rowCount += batch.rowCount
  }

  async finish(): Promise<{ readonly rowCount: number; readonly byteLength: number }> {
    await this.#target.finish()
    return { rowCount: this.#rowCount, byteLength: this.#target.byteLength }
  }

  async abort(): Promise<void> {
    await this.#target.abort()
  }
}
