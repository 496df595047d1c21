import type { Int64Array } from '../number-array.ts'
import { gatherWords } from '../picks/gather-words.ts'
import { type RowPicks, skipNulls } from '../picks/row-picks.ts'
import { areOfKind } from '../vectors/are-of-kind.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import type { NullMask } from '../vectors/null-mask.ts'
import { type ColumnWriter, copyEach, gatherEach } from './column-writer.ts'
import type { ValidityWriter } from './validity-writer.ts'

const twoTo32 = 4294967296

/** 64-bit integers and timestamps, from numbers, bigints, or the digits of an integer. */
export class Int64Writer implements ColumnWriter {
  readonly #values: Int64Array
  /** The same bytes as pairs of words, low word first: a number goes in without making a bigint. */
  readonly #words: Int32Array
  readonly #validity: ValidityWriter

  constructor(values: Int64Array, validity: ValidityWriter) {
    this.#values = values
    this.#words = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
    this.#validity = validity
  }

  write(row: number, value: unknown): boolean {
    if (typeof value === 'number') {
      this.#words[row * 2] = value
      this.#words[row * 2 + 1] = Math.floor(value / twoTo32)
    } else if (typeof value === 'bigint') this.#values[row] = value
    else this.#values[row] = typeof value === 'string' ? BigInt(value) : 0n
    this.#validity.put(row, value !== null && value !== undefined)
    return true
  }

  copy(row: number, source: ColumnSource, from: number, to: number): boolean {
    if (source.kind !== 'int64') return copyEach(this, row, source, [from, to])
    this.#values.set(source.values.subarray(from, to), row)
    if (source.nulls.count > 0) this.#clearNulls(row, source.nulls, from, to)
    this.#validity.copy(row, source.nulls, from, to)
    return true
  }

  /** Other writers leave anything in null slots. */
  #clearNulls(row: number, nulls: NullMask, from: number, to: number): void {
    for (let index = from; index < to; index++) if (nulls.has(index)) this.#values[row + index - from] = 0n
  }

  gather(row: number, sources: readonly ColumnSource[], picks: RowPicks): boolean {
    if (!areOfKind(sources, 'int64')) return gatherEach(this, row, sources, picks)
    const present = skipNulls(picks, sources)
    gatherWords(this.#values, row, sources, present)
    this.#validity.gather(row, present)
    return true
  }

  trim(rowCount: number): void {
    this.#validity.trim(rowCount)
  }

  byteLength(rowCount: number): number {
    return this.#validity.byteLength(rowCount) + rowCount * 8
  }
}
