import type { Field } from '../../schema/field.ts'
import type { NullMask } from './null-mask.ts'

/** What every column can tell, whatever holds its values. */
export interface Vector {
  readonly field: Field
  readonly length: number
  readonly nulls: NullMask
  /** The value as a record holds it; null where there is none. */
  get(row: number): unknown
  isNull(row: number): boolean
  /** The sizes of the variable-length nodes for rows `from` to `to` (exclusive), depth first. */
  measure(from: number, to: number): readonly number[]
}
