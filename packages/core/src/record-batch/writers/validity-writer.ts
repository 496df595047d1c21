import { clearTail, copyBits, fillBits, putBit } from '../bits.ts'
import { type ColumnLayout, bytesOfBits } from '../layout.ts'
import type { RowPicks } from '../picks/row-picks.ts'
import type { NullMask } from '../vectors/null-mask.ts'

/** The validity bits of a nullable column; a column that is not nullable has none and this does nothing. */
export class ValidityWriter {
  readonly #bytes: Uint8Array | undefined

  constructor(layout: ColumnLayout, buffer: ArrayBufferLike) {
    const { validity } = layout
    this.#bytes = validity && new Uint8Array(buffer, validity.byteOffset, validity.byteLength)
  }

  put(row: number, isValid: boolean): void {
    if (this.#bytes !== undefined) putBit(this.#bytes, row, isValid)
  }

  copy(row: number, nulls: NullMask, from: number, to: number): void {
    if (this.#bytes === undefined) return
    if (nulls.validity === undefined) fillBits(this.#bytes, row, to - from)
    else copyBits(this.#bytes, row, nulls.validity, [from, to])
  }

  /** Of picks without nulls, each row that is wanted is valid. */
  gather(row: number, { rows }: RowPicks): void {
    if (this.#bytes === undefined) return
    for (let place = 0; place < rows.length; place++) putBit(this.#bytes, row + place, rows[place] >= 0)
  }

  trim(rowCount: number): void {
    if (this.#bytes !== undefined) clearTail(this.#bytes, rowCount)
  }

  byteLength(rowCount: number): number {
    return this.#bytes === undefined ? 0 : bytesOfBits(rowCount)
  }
}
