import { isArrayLike } from '../array-like.ts'
import { gatherItems } from '../picks/gather-items.ts'
import { fixedListItems } from '../picks/item-picks.ts'
import { type RowPicks, skipNulls } from '../picks/row-picks.ts'
import { areOfKind } from '../vectors/are-of-kind.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import { type ColumnWriter, copyEach, gatherEach } from './column-writer.ts'
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

  gather(row: number, sources: readonly ColumnSource[], picks: RowPicks): boolean {
    if (!areOfKind(sources, 'fixed-list')) return gatherEach(this, row, sources, picks)
    const present = skipNulls(picks, sources)
    const items = fixedListItems(this.#size, present)
    if (!gatherItems(this.#items, row * this.#size, sources, items)) return false
    this.#validity.gather(row, present)
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
