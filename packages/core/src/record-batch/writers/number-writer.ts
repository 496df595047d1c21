import type { NumberArray } from '../number-array.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import { type ColumnWriter, copyEach } from './column-writer.ts'
import type { ValidityWriter } from './validity-writer.ts'

/** Floats, and integers of up to 32 bits. */
export class NumberWriter implements ColumnWriter {
  readonly #values: NumberArray
  readonly #validity: ValidityWriter

  constructor(values: NumberArray, validity: ValidityWriter) {
    this.#values = values
    this.#validity = validity
  }

  write(row: number, value: unknown): boolean {
    const isValid = typeof value === 'number'
    this.#values[row] = isValid ? value : 0
    this.#validity.put(row, isValid)
    return true
  }

  copy(row: number, source: ColumnSource, from: number, to: number): boolean {
    if (source.kind !== 'number' || source.nulls.count > 0) return copyEach(this, row, source, [from, to])
    this.#values.set(source.values.subarray(from, to), row)
    this.#validity.copy(row, source.nulls, from, to)
    return true
  }

  trim(rowCount: number): void {
    this.#validity.trim(rowCount)
  }

  byteLength(rowCount: number): number {
    return this.#validity.byteLength(rowCount) + rowCount * this.#values.BYTES_PER_ELEMENT
  }
}
