import type { BatchWriter } from '../record-batch/batch-writer.ts'
import type { Capacity } from '../record-batch/capacity.ts'
import { layoutBatch } from '../record-batch/layout.ts'
import type { RecordBatch } from '../record-batch/record-batch.ts'
import type { RowSource } from './waiter.ts'

/** Rows that are columns already: of an Arrow body, of a parse thread, or of an earlier stage. */
export class BatchRows implements RowSource {
  readonly byteLength: number
  readonly #batch: RecordBatch

  constructor(batch: RecordBatch) {
    this.#batch = batch
    this.byteLength = layoutBatch(batch.fields, this.measure(0, batch.rowCount)).byteLength
  }

  get rowCount(): number {
    return this.#batch.rowCount
  }

  writeTo(writer: BatchWriter, from: number, to: number): boolean {
    return writer.appendRows(this.#batch, from, to)
  }

  measure(from: number, to: number): Capacity {
    return { rows: to - from, variable: this.#batch.columns.flatMap((column) => column.measure(from, to)) }
  }
}
