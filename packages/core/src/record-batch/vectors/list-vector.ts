import type { Field } from '../../schema/field.ts'
import type { ColumnVector } from './column-vector.ts'
import type { NullMask } from './null-mask.ts'
import { readItems } from './read-items.ts'
import type { Vector } from './vector.ts'

export class ListVector implements Vector {
  readonly kind = 'list'
  readonly field: Field
  readonly nulls: NullMask
  /** Where each row's items begin in `items`, and where the last row's end. The first need not begin at 0. */
  readonly offsets: Int32Array
  readonly items: ColumnVector

  constructor(field: Field, nulls: NullMask, offsets: Int32Array, items: ColumnVector) {
    this.field = field
    this.nulls = nulls
    this.offsets = offsets
    this.items = items
  }

  get length(): number {
    return this.offsets.length - 1
  }

  get(row: number): unknown[] | null {
    return this.nulls.has(row) ? null : readItems(this.items, this.offsets[row], this.offsets[row + 1])
  }

  isNull(row: number): boolean {
    return this.nulls.has(row)
  }

  measure(from: number, to: number): readonly number[] {
    const first = this.offsets[from]
    const end = this.offsets[to]
    return [end - first, ...this.items.measure(first, end)]
  }
}
