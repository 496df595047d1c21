import type { BinaryVector } from './binary-vector.ts'
import type { BoolVector } from './bool-vector.ts'
import type { FixedListVector } from './fixed-list-vector.ts'
import type { Int64Vector } from './int64-vector.ts'
import type { ListVector } from './list-vector.ts'
import type { NumberVector } from './number-vector.ts'
import type { StructVector } from './struct-vector.ts'
import type { Utf8Vector } from './utf8-vector.ts'
import type { ValueVector } from './value-vector.ts'

/** One column of a record batch: views over its buffers. Told apart by `kind`. */
export type ColumnVector =
  | BinaryVector
  | BoolVector
  | FixedListVector
  | Int64Vector
  | ListVector
  | NumberVector
  | StructVector
  | Utf8Vector

/** Whatever a column can be filled from. */
export type ColumnSource = ColumnVector | ValueVector
