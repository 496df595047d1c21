import { PipelineError } from '../errors/pipeline-error.ts'
import type { RowSource } from '../queue/waiter.ts'
import type { BatchWriter } from '../record-batch/batch-writer.ts'
import type { Capacity } from '../record-batch/capacity.ts'
import { layoutBatch } from '../record-batch/layout.ts'
import { RecordBatch } from '../record-batch/record-batch.ts'
import type { ColumnSource } from '../record-batch/vectors/column-vector.ts'
import { ValueVector } from '../record-batch/vectors/value-vector.ts'
import type { Field } from '../schema/field.ts'
import { rawWidthOf } from './raw-width.ts'

/** Bodies up to this size are copied under columns that exist; making columns over larger ones costs less than that. */
const scratchBytes = 16 * 1024
const alignmentBytes = 64

/** Reads bodies that are the values of one column of numbers, and leaves the other columns null. */
export class RawNumbers {
  readonly #fields: readonly Field[]
  readonly #column: Field
  readonly #rowBytes: number
  readonly #scratch: Uint8Array
  readonly #scratchColumns: readonly ColumnSource[]

  /** `column` is one of numbers, or of lists of a fixed size. */
  constructor(fields: readonly Field[], column: Field) {
    this.#fields = fields
    this.#column = { ...column, isNullable: false }
    this.#rowBytes = rawWidthOf(column) ?? 0
    this.#scratch = new Uint8Array(Math.max(1, Math.floor(scratchBytes / this.#rowBytes)) * this.#rowBytes)
    this.#scratchColumns = this.#columnsOver(this.#scratch)
  }

  /** The rows of a body, which must not change any more. Throws BODY_MALFORMED where it does not end with a row. */
  read(bytes: Uint8Array): RawRows {
    if (bytes.byteLength % this.#rowBytes !== 0) {
      const message = `decoding error: a row is ${this.#rowBytes} bytes, the body has ${bytes.byteLength}`
      throw new PipelineError('BODY_MALFORMED', message, { details: { rowBytes: this.#rowBytes } })
    }
    return new RawRows(this, bytes, bytes.byteLength / this.#rowBytes)
  }

  /** The same rows as a batch of the one column. */
  batchOf(bytes: Uint8Array): RecordBatch {
    const rows = bytes.byteLength / this.#rowBytes
    const aligned = bytes.byteOffset % alignmentBytes === 0 ? bytes : new Uint8Array(bytes)
    const layout = layoutBatch([this.#column], { rows, variable: [] }, aligned.byteOffset)
    return new RecordBatch(layout, aligned.buffer, rows)
  }

  /** One column for each field; valid until the next call. */
  open(bytes: Uint8Array): readonly ColumnSource[] {
    if (bytes.byteLength > this.#scratch.byteLength) return this.#columnsOver(bytes)
    this.#scratch.set(bytes)
    return this.#scratchColumns
  }

  #columnsOver(bytes: Uint8Array): readonly ColumnSource[] {
    const batch = this.batchOf(bytes)
    return this.#fields.map((field) => {
      if (field.name === this.#column.name) return batch.columnAt(0)
      return new ValueVector(field, batch.rowCount, () => null)
    })
  }
}

/** Rows that stay in their body until somebody takes them. */
export class RawRows implements RowSource {
  readonly rowCount: number
  readonly #numbers: RawNumbers
  readonly #bytes: Uint8Array

  constructor(numbers: RawNumbers, bytes: Uint8Array, rowCount: number) {
    this.#numbers = numbers
    this.#bytes = bytes
    this.rowCount = rowCount
  }

  get byteLength(): number {
    return this.#bytes.byteLength
  }

  writeTo(writer: BatchWriter, from: number, to: number): boolean {
    return writer.appendColumns(this.#numbers.open(this.#bytes), from, to)
  }

  measure(from: number, to: number): Capacity {
    return { rows: to - from, variable: nothing }
  }
}

const nothing: readonly number[] = []
