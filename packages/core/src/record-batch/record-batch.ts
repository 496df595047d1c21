import { PipelineError } from '../errors/pipeline-error.ts'
import type { Field } from '../schema/field.ts'
import type { BatchLayout } from './layout.ts'
import { sliceLayout } from './slice-layout.ts'
import type { ColumnVector } from './vectors/column-vector.ts'
import { openVector } from './vectors/open-vector.ts'
import { readRow } from './vectors/read-row.ts'

/** Columns of equal length: views over a buffer, which may be shared with other threads. Nothing is copied. */
export class RecordBatch {
  readonly layout: BatchLayout
  readonly buffer: ArrayBufferLike
  readonly rowCount: number
  readonly #opened: ColumnVector[] = []

  constructor(layout: BatchLayout, buffer: ArrayBufferLike, rowCount: number) {
    this.layout = layout
    this.buffer = buffer
    this.rowCount = rowCount
  }

  get fields(): readonly Field[] {
    return this.layout.fields
  }

  /** In schema order. */
  get columns(): readonly ColumnVector[] {
    for (let index = 0; index < this.layout.columns.length; index++) this.columnAt(index)
    return this.#opened
  }

  /** Views are made when a column is first asked for, so that room not yet written can be reached too. */
  columnAt(index: number): ColumnVector {
    this.#opened[index] ??= openVector(this.layout.columns[index], this.buffer, this.rowCount)
    return this.#opened[index]
  }

  /** Throws HANDLER_ERROR where there is no such column. */
  column(name: string): ColumnVector {
    const index = this.fields.findIndex((field) => field.name === name)
    if (index >= 0) return this.columnAt(index)
    const names = this.fields.map((field) => `"${field.name}"`).join(', ')
    throw new PipelineError('HANDLER_ERROR', `there is no column "${name}", only ${names}`)
  }

  /** Rows `from` to `to` (exclusive) as a view of the same bytes. */
  slice(from: number, to: number): RecordBatch {
    return new RecordBatch(sliceLayout(this.layout, from, to), this.buffer, to - from)
  }

  row(index: number): Record<string, unknown> {
    return readRow(this.columns, index)
  }

  rows(): Record<string, unknown>[] {
    const { columns } = this
    return Array.from({ length: this.rowCount }, (_, index) => readRow(columns, index))
  }
}
