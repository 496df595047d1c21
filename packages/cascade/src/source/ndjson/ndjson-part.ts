import { isUtf8 } from 'node:buffer'
import type { Compile } from '@redesmyn/core'
import type { BadRow, ReadBlock, ReadRequest } from '../source-format.ts'
import { ascii, skipSpace } from '../text/ascii.ts'
import { ByteWindow } from '../text/byte-window.ts'
import { bytesRangeOf } from '../text/bytes-range.ts'
import { Decimal } from '../text/decimal.ts'
import { hasOnlyFieldRules } from '../text/field-rules.ts'
import { textChunks } from '../text/input/text-chunks.ts'
import { keptText, longRecord, maxRecordBytes } from '../text/long-record.ts'
import { RowBlocks } from '../text/row-blocks.ts'
import { JsonRecords } from './json-records.ts'
import { openJsonColumns } from './open-json-columns.ts'
import { RecordScanner } from './record-scanner.ts'

/** One part of a file at work: the records whose lines begin within its range. */
export class NdjsonPart {
  readonly #start: number
  readonly #end: number
  readonly #window: ByteWindow
  readonly #blocks: RowBlocks
  readonly #scanner: RecordScanner
  readonly #records: JsonRecords
  /** Whether records may be judged column by column. */
  readonly #isScannable: boolean
  /** A line that was too long to be held, and has not been counted yet. */
  #longLine: Omit<BadRow, 'row'> | undefined

  constructor(request: ReadRequest, compile: Compile) {
    const { schema, path, signal, hold } = request
    const { start, end } = bytesRangeOf(request.range)
    // The byte before tells whether a line begins exactly here.
    const from = Math.max(0, start - 1)
    const decimal = new Decimal()
    this.#start = start
    this.#end = end
    this.#window = new ByteWindow(textChunks(path, from, signal), from, hold)
    this.#scanner = new RecordScanner(openJsonColumns(schema, decimal, compile), decimal, schema.isStrict)
    this.#records = new JsonRecords(schema, compile)
    this.#isScannable = hasOnlyFieldRules(schema)
    this.#blocks = new RowBlocks(request, () => this.#bind())
    this.#bind()
  }

  async *blocks(): AsyncGenerator<ReadBlock> {
    const window = this.#window
    const blocks = this.#blocks
    try {
      await this.#enter()
      do {
        const end = window.endOfLines()
        if (end === window.start) await this.#skipLongLine()
        const isWellFormed = isUtf8(window.bytes.subarray(window.start, end))
        while (!this.#readLines(end, isWellFormed)) yield await blocks.take()
        if (blocks.isFull) yield await blocks.take()
      } while (window.offsetOf(window.start) < this.#end && (await this.#readOn()))
      if (!blocks.isEmpty) yield await blocks.take()
    } finally {
      await window.close()
    }
  }

  /** Goes to the first line that begins in the range. */
  async #enter(): Promise<void> {
    const window = this.#window
    if (this.#start === 0) return await window.skipByteOrderMark()
    await window.skipLine()
    if (window.length > 0) window.start++
  }

  /** False where the text has ended and all of it was read. */
  async #readOn(): Promise<boolean> {
    return (await this.#window.fill()) || this.#window.length > 0
  }

  /** Where the window holds the beginning of a line that is too long already. */
  async #skipLongLine(): Promise<void> {
    const window = this.#window
    if (window.length <= maxRecordBytes || window.offsetOf(window.start) >= this.#end) return
    const text = keptText(window)
    this.#longLine = longRecord(await window.skipLine(), text)
  }

  /** Reads the lines before `end` that begin in the range. False: the block must be taken before it goes on. */
  #readLines(end: number, isWellFormed: boolean): boolean {
    const window = this.#window
    const blocks = this.#blocks
    const { bytes } = window
    const isScannable = isWellFormed && this.#isScannable
    if (!this.#countLongLine()) return false
    while (window.start < end && window.offsetOf(window.start) < this.#end) {
      if (blocks.isFull) return false
      const at = window.start
      const scanned = isScannable ? this.#scanner.scan(bytes, at, blocks.staged.rowCount) : -1
      const lineEnd = scanned < 0 ? bytes.indexOf(ascii.lineFeed, at) : scanned
      const isTaken =
        scanned < 0 || lineEnd - at > maxRecordBytes ? this.#readUnusual(at, lineEnd) : blocks.accept(lineEnd - at)
      if (!isTaken) return false
      window.start = lineEnd + 1
    }
    return true
  }

  #countLongLine(): boolean {
    if (this.#longLine === undefined) return true
    if (this.#blocks.isFull || !this.#blocks.reject(this.#longLine)) return false
    this.#longLine = undefined
    return true
  }

  /** A line that the scanner does not take. False where the block has no room for what it is. */
  #readUnusual(at: number, lineEnd: number): boolean {
    const { bytes } = this.#window
    if (skipSpace(bytes, at) === lineEnd) return true
    const end = bytes[lineEnd - 1] === ascii.carriageReturn ? lineEnd - 1 : lineEnd
    if (lineEnd - at > maxRecordBytes) return this.#blocks.reject(longRecord(end - at, keptText(this.#window)))
    const line = bytes.subarray(at, end)
    const read = this.#records.read(line)
    if (read.kind === 'bad') {
      return this.#blocks.reject({ code: read.code, message: read.message, text: Uint8Array.from(line) })
    }
    this.#blocks.staged.write(read.record)
    return this.#blocks.accept(lineEnd - at)
  }

  #bind(): void {
    const { layout, buffer } = this.#blocks.staged
    this.#scanner.bind(layout, buffer)
  }
}
