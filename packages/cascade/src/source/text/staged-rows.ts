import {
  type BatchLayout,
  BatchWriter,
  type Capacity,
  type ColumnWriter,
  defaultCapacity,
  type Field,
  layoutBatch,
  measureBatch,
  measureRecords,
  openWriter,
  packColumns,
  RecordBatch,
} from '@redesmyn/core'

/** What texts and bytes get per row before anything is known of them; it grows with what comes. */
const firstColumnBytes = 32

/** Rows of a block while they are read: columns in memory of the reader's own, which grows and is used again. */
export class StagedRows {
  readonly fields: readonly Field[]
  rowCount = 0
  readonly #onGrow: () => void
  #capacity: Capacity
  #layout: BatchLayout
  #buffer: ArrayBuffer
  #writers: readonly ColumnWriter[]

  /** `onGrow` is told when the columns have moved, for whoever writes into them directly. */
  constructor(fields: readonly Field[], maxRows: number, onGrow: () => void) {
    this.fields = fields
    this.#onGrow = onGrow
    this.#capacity = defaultCapacity(fields, maxRows, firstColumnBytes)
    this.#layout = layoutBatch(fields, this.#capacity)
    this.#buffer = new ArrayBuffer(this.#layout.byteLength)
    this.#writers = this.#openWriters()
  }

  get layout(): BatchLayout {
    return this.#layout
  }

  get buffer(): ArrayBuffer {
    return this.#buffer
  }

  /** In the order of the fields; others after the columns have moved. */
  get writers(): readonly ColumnWriter[] {
    return this.#writers
  }

  /** Writes a valid record at `rowCount`, which it leaves as it is. */
  write(record: Readonly<Record<string, unknown>>): void {
    if (this.#tryWrite(record)) return
    this.#grow(measureRecords(this.fields, [record], 0, 1))
    this.#tryWrite(record)
  }

  /** Bytes that the first `rowCount` rows take, without what aligns them. */
  byteLength(rowCount: number): number {
    let bytes = 0
    for (let index = 0; index < this.#writers.length; index++) bytes += this.#writers[index].byteLength(rowCount)
    return bytes
  }

  /** The rows so far, as views of this memory. */
  batch(): RecordBatch {
    for (const writer of this.#writers) writer.trim(this.rowCount)
    return new RecordBatch(this.#layout, this.#buffer, this.rowCount)
  }

  /** The exact room of the rows so far, and their columns' bytes. */
  pack(): { readonly capacity: Capacity; readonly pieces: readonly Uint8Array[] } {
    const batch = this.batch()
    return { capacity: measureBatch(batch), pieces: packColumns(batch) }
  }

  #tryWrite(record: Readonly<Record<string, unknown>>): boolean {
    const { fields } = this
    for (let index = 0; index < fields.length; index++) {
      const { name } = fields[index]
      const value = Object.hasOwn(record, name) ? record[name] : undefined
      if (!this.#writers[index].write(this.rowCount, value)) return false
    }
    return true
  }

  /** Room for the rows so far and for `need`, twice over where a column was too small. */
  #grow(need: Capacity): void {
    const batch = this.batch()
    const used = measureBatch(batch).variable
    const variable = this.#capacity.variable.map((size, node) => {
      const wanted = (used[node] ?? 0) + (need.variable[node] ?? 0)
      return wanted > size ? wanted * 2 : size
    })
    this.#capacity = { rows: this.#capacity.rows, variable }
    this.#layout = layoutBatch(this.fields, this.#capacity)
    this.#buffer = new ArrayBuffer(this.#layout.byteLength)
    new BatchWriter(this.#layout, this.#buffer).appendRows(batch, 0, batch.rowCount)
    this.#writers = this.#openWriters()
    this.#onGrow()
  }

  #openWriters(): readonly ColumnWriter[] {
    return this.#layout.columns.map((column) => openWriter(column, this.#buffer))
  }
}
