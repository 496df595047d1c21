import type { Field } from '../../schema/field.ts'
import type { ColumnVector } from './column-vector.ts'
import type { NullMask } from './null-mask.ts'
import { readRow } from './read-row.ts'
import type { Vector } from './vector.ts'

export class StructVector implements Vector {
  readonly kind = 'struct'
  readonly field: Field
  readonly length: number
  readonly nulls: NullMask
  readonly columns: readonly ColumnVector[]

  constructor(field: Field, length: number, nulls: NullMask, columns: readonly ColumnVector[]) {
    this.field = field
    this.length = length
    this.nulls = nulls
    this.columns = columns
  }

  get(row: number): Record<string, unknown> | null {
    return this.nulls.has(row) ? null : readRow(this.columns, row)
  }

  isNull(row: number): boolean {
    return this.nulls.has(row)
  }

  measure(from: number, to: number): readonly number[] {
    return this.columns.flatMap((column) => column.measure(from, to))
  }
}
