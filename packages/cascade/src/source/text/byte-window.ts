import type { ReadRequest } from '../source-format.ts'
import { ascii } from './ascii.ts'

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])
const firstBytes = 64 * 1024
/** For a line's end, and for what stands behind. */
const spareBytes = 5
/** Memory that is not written to costs nothing; what a long line outgrows stays until it is collected. */
const growth = 4
/** A longer line is no ordinary one any more. */
const ordinaryBytes = 4 * 1024 * 1024

/**
 * What has been read of a text and not been used yet, in one piece. Behind it stands what ends everything: a quote
 * between zeros, which closes no value, and a line's end. Who scans over the end stops there, and sees that he did.
 */
export class ByteWindow {
  bytes: Buffer = Buffer.allocUnsafeSlow(firstBytes)
  /** The first byte that is not used. */
  start = 0
  /** Behind the last byte that was read. */
  end = 0
  /** Whether there is no more to come. */
  isEnded = false
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #hold: ReadRequest['hold']
  #heldBytes = 0
  /** Where the first byte of `bytes` stands in the text. */
  #base: number
  /** No line ends between the start and this offset in the text: a long line is looked through once. */
  #linelessEnd = 0

  /** `offset` is where the first chunk stands in the text. */
  constructor(chunks: AsyncIterator<Uint8Array>, offset: number, hold?: ReadRequest['hold']) {
    this.#chunks = chunks
    this.#hold = hold
    this.#base = offset
  }

  get length(): number {
    return this.end - this.start
  }

  /** Where in the text a byte of the window stands. */
  offsetOf(at: number): number {
    return this.#base + at
  }

  /**
   * Reads on. What was used is dropped, and places move. False where nothing more came; the last line then gets an end
   * if it has none.
   */
  async fill(): Promise<boolean> {
    if (this.isEnded) return false
    await this.#tellLength()
    const { done, value } = await this.#chunks.next()
    if (done === true) {
      this.isEnded = true
      this.#endLastLine()
      return false
    }
    this.#makeRoom(value.byteLength)
    this.bytes.set(value, this.end)
    this.end += value.byteLength
    this.#putStop()
    return true
  }

  /** Skips a byte order mark, for a window at the beginning of a text. */
  async skipByteOrderMark(): Promise<void> {
    while (this.length < byteOrderMark.length && (await this.fill())) continue
    const head = this.bytes.subarray(this.start, Math.min(this.end, this.start + byteOrderMark.length))
    if (byteOrderMark.equals(head)) this.start += byteOrderMark.length
  }

  /** Skips all before the next line's end; gives how many bytes. At the end of the text nothing is left. */
  async skipLine(): Promise<number> {
    let skipped = 0
    for (;;) {
      const end = this.bytes.subarray(0, this.end).indexOf(ascii.lineFeed, this.start)
      if (end >= 0) {
        skipped += end - this.start
        this.start = end
        return skipped
      }
      skipped += this.length
      this.start = this.end
      if (!(await this.fill())) return skipped
    }
  }

  /** Behind the last line that is here as a whole. */
  endOfLines(): number {
    const from = Math.max(this.start, this.#linelessEnd - this.#base)
    const last = this.bytes.subarray(from, this.end).lastIndexOf(ascii.lineFeed)
    if (last >= 0) return from + last + 1
    this.#linelessEnd = this.offsetOf(this.end)
    return this.start
  }

  /** Ends the reading before its end. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  async #tellLength(): Promise<void> {
    const bytes = this.length > ordinaryBytes ? this.length : 0
    if (bytes === this.#heldBytes) return
    this.#heldBytes = bytes
    await this.#hold?.(bytes)
  }

  #endLastLine(): void {
    if (this.length === 0 || this.bytes[this.end - 1] === ascii.lineFeed) return
    this.bytes[this.end++] = ascii.lineFeed
    this.#putStop()
  }

  #putStop(): void {
    this.bytes[this.end] = 0
    this.bytes[this.end + 1] = ascii.quote
    this.bytes[this.end + 2] = 0
    this.bytes[this.end + 3] = ascii.lineFeed
  }

  #makeRoom(byteLength: number): void {
    const { start, end, bytes } = this
    const needed = end - start + byteLength + spareBytes
    const target = needed > bytes.length ? Buffer.allocUnsafeSlow(Math.max(needed, bytes.length * growth)) : bytes
    if (target !== bytes || start > 0) bytes.copy(target, 0, start, end)
    this.bytes = target
    this.#base += start
    this.end = end - start
    this.start = 0
  }
}
