import type { Field } from '../../schema/field.ts'
import type { NullMask } from './null-mask.ts'
import type { Vector } from './vector.ts'

export class BinaryVector implements Vector {
  readonly kind = 'binary'
  readonly field: Field
  readonly nulls: NullMask
  /** Where each value begins in `bytes`, and where the last one ends. The first need not begin at 0. */
  readonly offsets: Int32Array
  readonly bytes: Uint8Array

  constructor(field: Field, nulls: NullMask, offsets: Int32Array, bytes: Uint8Array) {
    this.field = field
    this.nulls = nulls
    this.offsets = offsets
    this.bytes = bytes
  }

  get length(): number {
    return this.offsets.length - 1
  }

  /** A view of the batch's own memory, valid as long as the batch. */
  get(row: number): Uint8Array | null {
    return this.nulls.has(row) ? null : this.bytes.subarray(this.offsets[row], this.offsets[row + 1])
  }

  isNull(row: number): boolean {
    return this.nulls.has(row)
  }

  measure(from: number, to: number): readonly number[] {
    return [this.offsets[to] - this.offsets[from]]
  }
}
