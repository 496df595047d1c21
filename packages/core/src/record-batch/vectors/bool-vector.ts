import type { Field } from '../../schema/field.ts'
import type { Bits } from '../bits.ts'
import type { NullMask } from './null-mask.ts'
import type { Vector } from './vector.ts'

export class BoolVector implements Vector {
  readonly kind = 'bool'
  readonly field: Field
  readonly length: number
  readonly nulls: NullMask
  readonly bits: Bits

  constructor(field: Field, length: number, nulls: NullMask, bits: Bits) {
    this.field = field
    this.length = length
    this.nulls = nulls
    this.bits = bits
  }

  get(row: number): boolean | null {
    return this.nulls.has(row) ? null : this.bits.get(row)
  }

  isNull(row: number): boolean {
    return this.nulls.has(row)
  }

  measure(): readonly number[] {
    return []
  }
}
