import type { Field } from '../../schema/field.ts'
import type { NullMask } from './null-mask.ts'
import type { Vector } from './vector.ts'

/** Up to this size all texts of a column are decoded in one call, so that a row costs a substring. */
const maxWholeBytes = 65536
/** One for all vectors: it keeps nothing from call to call, and making one costs more than opening the column. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export class Utf8Vector implements Vector {
  readonly kind = 'utf8'
  readonly field: Field
  readonly nulls: NullMask
  /** Where each text begins in `bytes`, and where the last one ends. The first need not begin at 0. */
  readonly offsets: Int32Array
  readonly bytes: Uint8Array
  /** All texts in one, where each byte is a character; null where one is not. */
  #whole: string | null | undefined

  constructor(field: Field, nulls: NullMask, offsets: Int32Array, bytes: Uint8Array) {
    this.field = field
    this.nulls = nulls
    this.offsets = offsets
    this.bytes = bytes
  }

  get length(): number {
    return this.offsets.length - 1
  }

  get(row: number): string | null {
    if (this.nulls.has(row)) return null
    const start = this.offsets[row]
    const end = this.offsets[row + 1]
    if (start === end) return ''
    if (this.#whole === undefined) this.#whole = this.#decodeWhole()
    if (this.#whole === null) return decoder.decode(this.bytes.subarray(start, end))
    return this.#whole.slice(start - this.offsets[0], end - this.offsets[0])
  }

  isNull(row: number): boolean {
    return this.nulls.has(row)
  }

  measure(from: number, to: number): readonly number[] {
    return [this.offsets[to] - this.offsets[from]]
  }

  #decodeWhole(): string | null {
    const start = this.offsets[0]
    const end = this.offsets[this.length]
    if (this.length === 1 || end - start > maxWholeBytes) return null
    const whole = decoder.decode(this.bytes.subarray(start, end))
    return whole.length === end - start ? whole : null
  }
}
