import type { BatchWriter } from '../record-batch/batch-writer.ts'
import { type Capacity, measureRecords } from '../record-batch/capacity.ts'
import type { Field } from '../schema/field.ts'
import type { RowSource } from './waiter.ts'

/** Records of a JSON body, checked against the schema that `fields` come from. */
export class JsonRows implements RowSource {
  readonly byteLength: number
  readonly #records: readonly unknown[]
  readonly #fields: readonly Field[]

  constructor(records: readonly unknown[], fields: readonly Field[], byteLength: number) {
    this.#records = records
    this.#fields = fields
    this.byteLength = byteLength
  }

  get rowCount(): number {
    return this.#records.length
  }

  writeTo(writer: BatchWriter, from: number, to: number): boolean {
    return writer.appendRecords(this.#records, from, to)
  }

  measure(from: number, to: number): Capacity {
    return measureRecords(this.#fields, this.#records, from, to)
  }
}
