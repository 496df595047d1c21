import { isArrayLike } from '../array-like.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import { type ColumnWriter, copyEach } from './column-writer.ts'
import type { ValidityWriter } from './validity-writer.ts'

export class FixedListWriter implements ColumnWriter {
  readonly #size: number
  readonly #items: ColumnWriter
  readonly #validity: ValidityWriter

  constructor(size: number, items: ColumnWriter, validity: ValidityWriter) {
    this.#size = size
    this.#items = items
    this.#validity = validity
  }

  write(row: number, value: unknown): boolean {
    const isValid = isArrayLike(value)
    const start = row * this.#size
    for (let index = 0; index < this.#size; index++) {
      if (!this.#items.write(start + index, isValid ? value[index] : null)) return false
    }
    this.#validity.put(row, isValid)
    return true
  }

  copy(row: number, source: ColumnSource, from: number, to: number): boolean {
    if (source.kind !== 'fixed-list' || source.nulls.count > 0) return copyEach(this, row, source, [from, to])
    if (!this.#items.copy(row * this.#size, source.items, from * this.#size, to * this.#size)) return false
    this.#validity.copy(row, source.nulls, from, to)
    return true
  }

  trim(rowCount: number): void {
    this.#validity.trim(rowCount)
    this.#items.trim(rowCount * this.#size)
  }

  byteLength(rowCount: number): number {
    return this.#validity.byteLength(rowCount) + this.#items.byteLength(rowCount * this.#size)
  }
}
