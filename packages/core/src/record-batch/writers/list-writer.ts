import { isArrayLike } from '../array-like.ts'
import { gatherItems } from '../picks/gather-items.ts'
import { listItems } from '../picks/item-picks.ts'
import { type RowPicks, skipNulls } from '../picks/row-picks.ts'
import { areOfKind } from '../vectors/are-of-kind.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import { type ColumnWriter, copyEach, gatherEach } from './column-writer.ts'
import { rebaseOffsets } from './rebase-offsets.ts'
import type { ValidityWriter } from './validity-writer.ts'

export class ListWriter implements ColumnWriter {
  readonly #offsets: Int32Array
  readonly #items: ColumnWriter
  /** Items there is room for. */
  readonly #capacity: number
  readonly #validity: ValidityWriter

  constructor(offsets: Int32Array, items: ColumnWriter, capacity: number, validity: ValidityWriter) {
    this.#offsets = offsets
    this.#offsets[0] = 0
    this.#items = items
    this.#capacity = capacity
    this.#validity = validity
  }

  write(row: number, value: unknown): boolean {
    const isValid = isArrayLike(value)
    const start = this.#offsets[row]
    const length = isValid ? value.length : 0
    if (start + length > this.#capacity) return false
    for (let index = 0; isValid && index < length; index++) {
      if (!this.#items.write(start + index, value[index])) return false
    }
    this.#offsets[row + 1] = start + length
    this.#validity.put(row, isValid)
    return true
  }

  copy(row: number, source: ColumnSource, from: number, to: number): boolean {
    if (source.kind !== 'list' || source.nulls.count > 0) return copyEach(this, row, source, [from, to])
    const first = source.offsets[from]
    const end = source.offsets[to]
    const start = this.#offsets[row]
    if (start + end - first > this.#capacity || !this.#items.copy(start, source.items, first, end)) return false
    rebaseOffsets(this.#offsets, row, source.offsets, [from, to])
    this.#validity.copy(row, source.nulls, from, to)
    return true
  }

  gather(row: number, sources: readonly ColumnSource[], picks: RowPicks): boolean {
    if (!areOfKind(sources, 'list')) return gatherEach(this, row, sources, picks)
    const present = skipNulls(picks, sources)
    const items = listItems(sources, present)
    const start = this.#offsets[row]
    if (start + items.count > this.#capacity || !gatherItems(this.#items, start, sources, items)) return false
    for (const [place, length] of items.lengths.entries()) {
      this.#offsets[row + place + 1] = this.#offsets[row + place] + length
    }
    this.#validity.gather(row, present)
    return true
  }

  trim(rowCount: number): void {
    this.#validity.trim(rowCount)
    this.#items.trim(this.#offsets[rowCount])
  }

  byteLength(rowCount: number): number {
    const own = this.#validity.byteLength(rowCount) + (rowCount + 1) * 4
    return own + this.#items.byteLength(this.#offsets[rowCount])
  }
}
