import { type Field, layoutBatch, unpackColumns } from '@redesmyn/core'
import type { BadRow, ReadBlock, ReadRequest } from '../source-format.ts'
import { whileNotAborted } from '../blocks/while-not-aborted.ts'
import { StagedRows } from './staged-rows.ts'

/** Where buffers begin. */
const alignmentBytes = 64
const maxBuffersPerNode = 3
const measuredRows = 1024

/** Cuts the rows of a part into blocks: where its offsets say so, and before a row that would make one too large. */
export class RowBlocks {
  readonly staged: StagedRows
  readonly #request: ReadRequest
  /** Bytes that a row takes whatever is in it. */
  readonly #fixedRowBytes: number
  readonly #alignBytes: number
  readonly #hasLists: boolean
  #bad: BadRow[] = []
  #badBytes = 0
  #firstRow = 0
  #readRows = 0
  #isCut = false
  /** The staged bytes are not more than this. */
  #boundBytes = 0

  constructor(request: ReadRequest, onGrow: () => void) {
    const { fields } = request.schema
    this.#request = request
    this.#fixedRowBytes = fixedRowBytes(fields)
    this.#alignBytes = countNodes(fields) * maxBuffersPerNode * alignmentBytes
    this.#hasLists = hasLists(fields)
    const fittingRows = Math.ceil(request.batchBytes / Math.max(1, this.#fixedRowBytes))
    this.staged = new StagedRows(fields, Math.max(1, Math.min(request.batchRows, fittingRows + 1)), onGrow)
    this.#boundBytes = this.#alignBytes
  }

  get isFull(): boolean {
    return this.#isCut || this.#readRows === this.#wantedRows
  }

  get isEmpty(): boolean {
    return this.#readRows === 0
  }

  /** The part's row that comes next. */
  get nextRow(): number {
    return this.#firstRow + this.#readRows
  }

  /** Takes the staged row, which took so many bytes of text. False: it belongs to the next block, to be read again. */
  accept(textBytes: number): boolean {
    const { staged } = this
    this.#boundBytes = this.#hasLists ? Number.POSITIVE_INFINITY : this.#boundBytes + this.#fixedRowBytes + textBytes
    if (this.#boundBytes > this.#request.batchBytes) {
      this.#boundBytes = staged.byteLength(staged.rowCount + 1) + this.#alignBytes + this.#badBytes
      if (this.#boundBytes > this.#request.batchBytes && this.#readRows > 0) return this.#cut()
    }
    staged.rowCount++
    this.#readRows++
    return true
  }

  /** The same for a row that is none. Its text must be its own. */
  reject(bad: Omit<BadRow, 'row'>): boolean {
    const { byteLength } = bad.text
    if (this.#readRows > 0 && this.#badBytes + byteLength > this.#request.batchBytes) return this.#cut()
    this.#bad.push({ row: this.nextRow, ...bad })
    this.#badBytes += byteLength
    this.#boundBytes += byteLength
    this.#readRows++
    return true
  }

  async take(): Promise<ReadBlock> {
    const { staged } = this
    const { fields } = staged
    const { rowCount } = staged
    const { capacity, pieces } = staged.pack()
    const layout = layoutBatch(fields, capacity)
    const request = this.#request
    const asked = request.allocate(Math.max(layout.byteLength, alignmentBytes))
    const buffer = await whileNotAborted(request.signal, asked)
    unpackColumns(layout, buffer, rowCount, pieces)
    const block = { firstRow: this.#firstRow, readRows: this.#readRows, bad: this.#bad }
    this.#begin()
    return { rows: { buffer, fields, capacity, rowCount }, ...block }
  }

  get #wantedRows(): number {
    const { batchRows } = this.#request
    return batchRows - (this.#firstRow % batchRows)
  }

  #cut(): false {
    this.#isCut = true
    return false
  }

  #begin(): void {
    this.#firstRow += this.#readRows
    this.staged.rowCount = 0
    this.#bad = []
    this.#badBytes = 0
    this.#readRows = 0
    this.#isCut = false
    this.#boundBytes = this.#alignBytes
  }
}

function fixedRowBytes(fields: readonly Field[]): number {
  const variable = new Array<number>(countNodes(fields)).fill(0)
  return Math.ceil(layoutBatch(fields, { rows: measuredRows, variable }).byteLength / measuredRows)
}

function countNodes(fields: readonly Field[]): number {
  return fields.reduce((count, field) => count + 1 + countNodes(innerFields(field)), 0)
}

function hasLists(fields: readonly Field[]): boolean {
  return fields.some((field) => field.type.kind === 'list' || hasLists(innerFields(field)))
}

function innerFields({ type }: Field): readonly Field[] {
  if (type.kind === 'struct') return type.fields
  return type.kind === 'list' || type.kind === 'fixed-list' ? [type.item] : []
}
