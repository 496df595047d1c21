import type { Field } from '../../schema/field.ts'
import type { NumberArray } from '../number-array.ts'
import type { NullMask } from './null-mask.ts'
import type { Vector } from './vector.ts'

/** Floats, and integers of up to 32 bits. */
export class NumberVector implements Vector {
  readonly kind = 'number'
  readonly field: Field
  readonly nulls: NullMask
  readonly values: NumberArray

  constructor(field: Field, nulls: NullMask, values: NumberArray) {
    this.field = field
    this.nulls = nulls
    this.values = values
  }

  get length(): number {
    return this.values.length
  }

  get(row: number): number | null {
    return this.nulls.has(row) ? null : this.values[row]
  }

  isNull(row: number): boolean {
    return this.nulls.has(row)
  }

  measure(): readonly number[] {
    return []
  }
}
