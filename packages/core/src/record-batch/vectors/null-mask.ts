import { Bits } from '../bits.ts'
import type { ColumnLayout } from '../layout.ts'

/** Which rows of a column are null. */
export class NullMask {
  /** A bit per row, 1 = not null; undefined where no row is null. */
  readonly validity: Bits | undefined
  readonly #length: number
  #count: number | undefined

  constructor(validity: Bits | undefined, length: number) {
    this.validity = validity
    this.#length = length
    this.#count = validity === undefined ? 0 : undefined
  }

  static over(layout: ColumnLayout, buffer: ArrayBufferLike, length: number): NullMask {
    return new NullMask(layout.validity && Bits.over(buffer, layout.validity), length)
  }

  has(row: number): boolean {
    return this.validity !== undefined && !this.validity.get(row)
  }

  /** Counted once, when first asked for. */
  get count(): number {
    this.#count ??= this.validity?.countZeros(0, this.#length) ?? 0
    return this.#count
  }

  /** Nulls in rows `from` to `to` (exclusive). */
  countIn(from: number, to: number): number {
    return from === 0 && to === this.#length ? this.count : (this.validity?.countZeros(from, to) ?? 0)
  }
}
