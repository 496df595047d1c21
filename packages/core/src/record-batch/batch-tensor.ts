import { fillTensor, numericColumn, widthOf } from './fill-tensor.ts'
import type { RecordBatch } from './record-batch.ts'

export interface BatchTensor {
  /** Row after row; memory of the handler's own. */
  readonly data: Float32Array
  /** Rows, then columns. */
  readonly dims: readonly [rowCount: number, columnCount: number]
}

/** What `batch.tensor` answers. */
export function batchTensor(batch: RecordBatch, names: readonly string[]): BatchTensor {
  const columns = names.map((name) => numericColumn(batch.column(name)))
  const width = widthOf(columns)
  const data = new Float32Array(batch.rowCount * width)
  fillTensor(data, columns, batch.rowCount)
  return { data, dims: [batch.rowCount, width] }
}

/** What `batch.numbers` answers. */
export function columnNumbers(batch: RecordBatch, name: string): Float64Array {
  const column = numericColumn(batch.column(name))
  const numbers = new Float64Array(batch.rowCount * column.width)
  fillTensor(numbers, [column], batch.rowCount)
  return numbers
}
