import { clearTail, copyBits, putBit } from '../bits.ts'
import { bytesOfBits } from '../layout.ts'
import { type RowPicks, skipNulls } from '../picks/row-picks.ts'
import { areOfKind } from '../vectors/are-of-kind.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import { type ColumnWriter, copyEach, gatherEach } from './column-writer.ts'
import type { ValidityWriter } from './validity-writer.ts'

export class BoolWriter implements ColumnWriter {
  readonly #bits: Uint8Array
  readonly #validity: ValidityWriter

  constructor(bits: Uint8Array, validity: ValidityWriter) {
    this.#bits = bits
    this.#validity = validity
  }

  write(row: number, value: unknown): boolean {
    putBit(this.#bits, row, value === true)
    this.#validity.put(row, value !== null && value !== undefined)
    return true
  }

  copy(row: number, source: ColumnSource, from: number, to: number): boolean {
    if (source.kind !== 'bool' || source.nulls.count > 0) return copyEach(this, row, source, [from, to])
    copyBits(this.#bits, row, source.bits, [from, to])
    this.#validity.copy(row, source.nulls, from, to)
    return true
  }

  gather(row: number, sources: readonly ColumnSource[], picks: RowPicks): boolean {
    if (!areOfKind(sources, 'bool')) return gatherEach(this, row, sources, picks)
    const present = skipNulls(picks, sources)
    for (let place = 0; place < present.rows.length; place++) {
      const from = present.rows[place]
      putBit(this.#bits, row + place, from >= 0 && sources[present.sources[place]].bits.get(from))
    }
    this.#validity.gather(row, present)
    return true
  }

  trim(rowCount: number): void {
    clearTail(this.#bits, rowCount)
    this.#validity.trim(rowCount)
  }

  byteLength(rowCount: number): number {
    return this.#validity.byteLength(rowCount) + bytesOfBits(rowCount)
  }
}
