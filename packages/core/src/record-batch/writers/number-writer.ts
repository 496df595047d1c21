import type { NumberArray } from '../number-array.ts'
import { gatherWords } from '../picks/gather-words.ts'
import { type RowPicks, skipNulls } from '../picks/row-picks.ts'
import { areOfKind } from '../vectors/are-of-kind.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import type { NullMask } from '../vectors/null-mask.ts'
import type { NumberVector } from '../vectors/number-vector.ts'
import { type ColumnWriter, copyEach, gatherEach } from './column-writer.ts'
import type { ValidityWriter } from './validity-writer.ts'

/** Up to so many values a loop is faster than a view of them. */
const maxLoopValues = 16

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
    if (source.kind !== 'number') return copyEach(this, row, source, [from, to])
    if (to - from <= maxLoopValues) this.#copyFew(row, source.values, from, to)
    else this.#values.set(source.values.subarray(from, to), row)
    if (source.nulls.count > 0) this.#clearNulls(row, source.nulls, from, to)
    this.#validity.copy(row, source.nulls, from, to)
    return true
  }

  #copyFew(row: number, values: NumberArray, from: number, to: number): void {
    const target = this.#values
    for (let index = from; index < to; index++) target[row + index - from] = values[index]
  }

  /** Other writers leave anything in null slots. */
  #clearNulls(row: number, nulls: NullMask, from: number, to: number): void {
    for (let index = from; index < to; index++) if (nulls.has(index)) this.#values[row + index - from] = 0
  }

  gather(row: number, sources: readonly ColumnSource[], picks: RowPicks): boolean {
    if (!areOfKind(sources, 'number') || !this.#isAlike(sources)) return gatherEach(this, row, sources, picks)
    const present = skipNulls(picks, sources)
    gatherWords(this.#values, row, sources, present)
    this.#validity.gather(row, present)
    return true
  }

  trim(rowCount: number): void {
    this.#validity.trim(rowCount)
  }

  /** Others are converted value by value. */
  #isAlike(sources: readonly NumberVector[]): boolean {
    return sources.every(({ values }) => values.constructor === this.#values.constructor)
  }

  byteLength(rowCount: number): number {
    return this.#validity.byteLength(rowCount) + rowCount * this.#values.BYTES_PER_ELEMENT
  }
}
