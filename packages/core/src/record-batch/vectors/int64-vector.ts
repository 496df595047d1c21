import type { Field } from '../../schema/field.ts'
import type { NullMask } from './null-mask.ts'
import type { Vector } from './vector.ts'

const twoTo32 = 4294967296

/** 64-bit integers and timestamps. */
export class Int64Vector implements Vector {
  readonly kind = 'int64'
  readonly field: Field
  readonly nulls: NullMask
  readonly values: BigInt64Array | BigUint64Array
  /** The same values as pairs of words, low word first: a number comes out without making a bigint. */
  readonly #words: Int32Array
  readonly #isSigned: boolean
  readonly #isBigint: boolean

  constructor(field: Field, nulls: NullMask, values: BigInt64Array | BigUint64Array) {
    this.field = field
    this.nulls = nulls
    this.values = values
    this.#words = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
    this.#isSigned = values instanceof BigInt64Array
    this.#isBigint = field.type.kind === 'int' && field.type.as === 'bigint'
  }

  get length(): number {
    return this.values.length
  }

  get(row: number): number | bigint | null {
    if (this.nulls.has(row)) return null
    return this.#isBigint ? this.values[row] : this.numberAt(row)
  }

  isNull(row: number): boolean {
    return this.nulls.has(row)
  }

  measure(): readonly number[] {
    return []
  }

  /** The nearest number, whether or not the row is null: exact up to 2^53, and a safe integer only where it is. */
  numberAt(row: number): number {
    const high = this.#words[row * 2 + 1]
    const low = this.#words[row * 2] >>> 0
    return (this.#isSigned ? high : high >>> 0) * twoTo32 + low
  }
}
