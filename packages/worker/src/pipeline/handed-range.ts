import { type BatchWriter, BatchRows, type Capacity, type RecordBatch, type RowSource } from '@redesmyn/core'

/** Rows of an earlier stage's output. The queue charges no bytes for them: they lie in memory that is held anyway. */
export class HandedRange implements RowSource {
  readonly byteLength = 0
  readonly rowCount: number
  readonly #batch: RecordBatch
  readonly #start: number

  constructor(batch: RecordBatch, start: number, rowCount: number) {
    this.rowCount = rowCount
    this.#batch = batch
    this.#start = start
  }

  writeTo(writer: BatchWriter, from: number, to: number): boolean {
    return writer.appendRows(this.#batch, this.#start + from, this.#start + to)
  }

  measure(from: number, to: number): Capacity {
    return new BatchRows(this.#batch).measure(this.#start + from, this.#start + to)
  }
}
