import { isUtf8 } from 'node:buffer'
import type { Compile } from '@redesmyn/core'
import type { BadRow, ReadBlock, ReadRequest } from '../source-format.ts'
import { ascii } from '../text/ascii.ts'
import type { ByteWindow } from '../text/byte-window.ts'
import { bytesRangeOf } from '../text/bytes-range.ts'
import { unusual } from '../text/column-scanner.ts'
import { Decimal } from '../text/decimal.ts'
import { hasOnlyFieldRules } from '../text/field-rules.ts'
import { keptText, longRecord, maxRecordBytes } from '../text/long-record.ts'
import { RowBlocks } from '../text/row-blocks.ts'
import { dialectOf } from './csv-dialect.ts'
import { CsvRecords } from './csv-records.ts'
import { enterCsv } from './enter-csv.ts'
import { readOn, skipLongRecord } from './find-record-start.ts'
import { openCsvColumns } from './open-csv-columns.ts'
import { needsMore, RecordEnds } from './record-ends.ts'
import { RecordScanner } from './record-scanner.ts'

/** The rows of one part of a file. */
export async function* readCsvPart(request: ReadRequest, compile: Compile): AsyncGenerator<ReadBlock> {
  const { window, names } = await enterCsv(request)
  try {
    const part = new CsvPart(request, window, names, compile)
    yield* part.blocks()
  } finally {
    await window.close()
  }
}

/** Why reading stopped: the block is full, the window is used up, a record is too long, or the part has ended. */
type Pause = 'block' | 'bytes' | 'long' | 'end'

/** The records that begin within a part's range. */
class CsvPart {
  readonly #request: ReadRequest
  readonly #end: number
  readonly #window: ByteWindow
  readonly #blocks: RowBlocks
  readonly #scanner: RecordScanner
  readonly #records: CsvRecords
  readonly #ends: RecordEnds
  /** Whether records may be judged column by column. */
  readonly #isScannable: boolean
  /** Whether a line without anything is no record. */
  readonly #skipsBlank: boolean

  constructor(request: ReadRequest, window: ByteWindow, names: readonly string[], compile: Compile) {
    const { schema, options, path } = request
    const dialect = dialectOf(path, options)
    this.#request = request
    this.#end = bytesRangeOf(request.range).end
    this.#window = window
    const columns = openCsvColumns(schema, dialect.delimiter, new Decimal(), compile)
    this.#scanner = new RecordScanner(columns, names, dialect)
    this.#records = new CsvRecords(schema, names, dialect, compile)
    this.#ends = new RecordEnds(dialect.delimiter)
    this.#isScannable = hasOnlyFieldRules(schema)
    this.#skipsBlank = names.length > 1
    this.#blocks = new RowBlocks(request, () => this.#bind())
    this.#bind()
  }

  async *blocks(): AsyncGenerator<ReadBlock> {
    const window = this.#window
    const blocks = this.#blocks
    let isWellFormed = this.#isWellFormed()
    for (;;) {
      const pause = this.#readRecords(isWellFormed)
      if (blocks.isFull) yield await blocks.take()
      if (pause === 'end') break
      if (pause === 'block') continue
      if (pause === 'long') {
        const bad = await this.#skipLongRecord()
        if (!blocks.reject(bad)) {
          yield await blocks.take()
          blocks.reject(bad)
        }
      } else if (!(await readOn(window))) break
      isWellFormed = this.#isWellFormed()
    }
    if (!blocks.isEmpty) yield await blocks.take()
    this.#request.notes?.recordStarts.set(this.#request.path, window.offsetOf(window.start))
  }

  /** Reads what is in the window, as far as it goes. */
  #readRecords(isWellFormed: boolean): Pause {
    const window = this.#window
    const blocks = this.#blocks
    const isScannable = this.#isScannable && isWellFormed
    while (window.offsetOf(window.start) < this.#end) {
      if (window.length === 0) return 'bytes'
      if (blocks.isFull) return 'block'
      const at = window.start
      const end = isScannable ? this.#scanner.scan(window.bytes, at, blocks.staged.rowCount) : unusual
      // The scanner stops behind the window for a record that goes on there.
      if (end >= 0 && end < window.end && end - at <= maxRecordBytes) {
        if (!blocks.accept(end - at)) return 'block'
        this.#ends.reset()
        window.start = end + 1
      } else {
        const pause = this.#readUnusual(at)
        if (pause !== undefined) return pause
      }
    }
    return 'end'
  }

  /** A record that the scanner does not take. */
  #readUnusual(at: number): Pause | undefined {
    const { bytes } = this.#window
    const lineEnd = this.#ends.find(this.#window)
    if (lineEnd < 0) return lineEnd === needsMore ? 'bytes' : 'long'
    const end = lineEnd > at && bytes[lineEnd - 1] === ascii.carriageReturn ? lineEnd - 1 : lineEnd
    const isBlank = end === at && this.#skipsBlank
    if (!isBlank && !this.#readRecord(bytes.subarray(at, end))) return 'block'
    this.#window.start = lineEnd + 1
    return undefined
  }

  /** False where the block has no room for it. */
  #readRecord(record: Buffer): boolean {
    const blocks = this.#blocks
    const read = this.#records.read(record)
    if (read.kind === 'bad') {
      return blocks.reject({ code: read.code, message: read.message, text: Uint8Array.from(record) })
    }
    blocks.staged.write(read.record)
    return blocks.accept(record.length)
  }

  async #skipLongRecord(): Promise<Omit<BadRow, 'row'>> {
    const text = keptText(this.#window)
    return longRecord(await skipLongRecord(this.#window), text)
  }

  #isWellFormed(): boolean {
    const { bytes, start } = this.#window
    return isUtf8(bytes.subarray(start, this.#window.endOfLines()))
  }

  #bind(): void {
    const { layout, buffer } = this.#blocks.staged
    this.#scanner.bind(layout, buffer)
  }
}
