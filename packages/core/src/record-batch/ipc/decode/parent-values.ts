import type { Field } from '../../../schema/field.ts'
import type { ColumnSource } from '../../vectors/column-vector.ts'
import { readItems } from '../../vectors/read-items.ts'
import { readRow } from '../../vectors/read-row.ts'
import { ValueVector } from '../../vectors/value-vector.ts'
import type { WireNode } from './body-cursor.ts'

/** A list or struct some of whose inner columns are to be rewritten, so that it has to be as well. */
export function parentValues(
  field: Field,
  { length, nulls }: WireNode,
  starts: Int32Array | undefined,
  children: readonly ColumnSource[],
): ValueVector {
  const read = reader(field, starts, children)
  return new ValueVector(field, length, (row) => (nulls.has(row) ? null : read(row)))
}

function reader(
  { type }: Field,
  starts: Int32Array | undefined,
  children: readonly ColumnSource[],
): (row: number) => unknown {
  if (starts !== undefined) return (row) => readItems(children[0], starts[row], starts[row + 1])
  if (type.kind === 'fixed-list') return (row) => readItems(children[0], row * type.size, (row + 1) * type.size)
  return (row) => readRow(children, row)
}
