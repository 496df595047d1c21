import type { Field } from '../../schema/field.ts'
import type { ColumnVector } from './column-vector.ts'
import type { NullMask } from './null-mask.ts'
import { readItems } from './read-items.ts'
import type { Vector } from './vector.ts'

export class FixedListVector implements Vector {
  readonly kind = 'fixed-list'
  readonly field: Field
  readonly length: number
  readonly nulls: NullMask
  /** Items per row. */
  readonly size: number
  readonly items: ColumnVector

  constructor(field: Field, length: number, nulls: NullMask, items: ColumnVector) {
    this.field = field
    this.length = length
    this.nulls = nulls
    this.size = field.type.kind === 'fixed-list' ? field.type.size : 0
    this.items = items
  }

  get(row: number): unknown[] | null {
    return this.nulls.has(row) ? null : readItems(this.items, row * this.size, (row + 1) * this.size)
  }

  isNull(row: number): boolean {
    return this.nulls.has(row)
  }

  measure(from: number, to: number): readonly number[] {
    return this.items.measure(from * this.size, to * this.size)
  }
}
