import type { BatchLayout } from './layout.ts'
import type { RowPicks } from './picks/row-picks.ts'
import { RecordBatch } from './record-batch.ts'
import type { ColumnSource } from './vectors/column-vector.ts'
import { openRowWriter } from './writers/open-writer.ts'
import type { RowWriter } from './writers/row-writer.ts'

/** Fills a batch row by row, straight from validated records or from the columns of another batch. */
export class BatchWriter {
  readonly layout: BatchLayout
  readonly #buffer: ArrayBufferLike
  readonly #row: RowWriter
  #rowCount = 0

  constructor(layout: BatchLayout, buffer: ArrayBufferLike) {
    this.layout = layout
    this.#buffer = buffer
    this.#row = openRowWriter(layout.columns, buffer)
  }

  get rowCount(): number {
    return this.#rowCount
  }

  /** Bytes that the rows use, without the room between and behind them. */
  get byteLength(): number {
    return this.#row.byteLength(this.#rowCount)
  }

  /** Appends a record that the schema accepts. False, and nothing appended, when there is no room for it. */
  append(record: unknown): boolean {
    return this.appendRecords([record], 0, 1)
  }

  /** Appends records `from` to `to` (exclusive), or none of them where they do not all fit. */
  appendRecords(records: readonly unknown[], from: number, to: number): boolean {
    const row = this.#rowCount
    if (row + to - from <= this.layout.rows && this.#row.write(row, records, from, to)) {
      this.#rowCount = row + to - from
      return true
    }
    this.#row.trim(row)
    return false
  }

  /** Appends rows `from` to `to` (exclusive) of a batch with the same columns, or none where they do not all fit. */
  appendRows(batch: RecordBatch, from: number, to: number): boolean {
    return this.appendColumns(batch.columns, from, to)
  }

  /** The same from columns that are in no batch: one for each field, in schema order. */
  appendColumns(columns: readonly ColumnSource[], from: number, to: number): boolean {
    const row = this.#rowCount
    if (row + to - from <= this.layout.rows && this.#row.copy(row, columns, from, to)) {
      this.#rowCount = row + to - from
      return true
    }
    this.#row.trim(row)
    return false
  }

  /** Appends rows of batches with the same columns by their numbers, or none where they do not all fit. */
  appendPicks(batches: readonly RecordBatch[], picks: RowPicks): boolean {
    const row = this.#rowCount
    const end = row + picks.rows.length
    const sources = batches.map(({ columns }) => columns)
    if (end <= this.layout.rows && this.#row.gather(row, sources, picks)) {
      this.#rowCount = end
      return true
    }
    this.#row.trim(row)
    return false
  }

  /** Goes back to the first `rowCount` rows. */
  truncate(rowCount: number): void {
    this.#rowCount = Math.min(this.#rowCount, rowCount)
    this.#row.trim(this.#rowCount)
  }

  reset(): void {
    this.#rowCount = 0
  }

  /** The rows so far, as views; valid until the writer is reset. */
  batch(): RecordBatch {
    return new RecordBatch(this.layout, this.#buffer, this.#rowCount)
  }
}
