import { BinaryVector } from './binary-vector.ts'
import { BoolVector } from './bool-vector.ts'
import type { ColumnVector } from './column-vector.ts'
import { FixedListVector } from './fixed-list-vector.ts'
import { Int64Vector } from './int64-vector.ts'
import { ListVector } from './list-vector.ts'
import { NumberVector } from './number-vector.ts'
import { StructVector } from './struct-vector.ts'
import { Utf8Vector } from './utf8-vector.ts'

const vectorClasses = [
  BinaryVector,
  BoolVector,
  FixedListVector,
  Int64Vector,
  ListVector,
  NumberVector,
  StructVector,
  Utf8Vector,
]

/** Whether a value, for instance one that a handler returned, is a column of some batch. */
export function isColumnVector(value: unknown): value is ColumnVector {
  return vectorClasses.some((VectorClass) => value instanceof VectorClass)
}
