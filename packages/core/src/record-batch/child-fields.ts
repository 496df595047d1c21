import type { ColumnType, Field } from '../schema/field.ts'

/** The fields inside a type: those of a struct, the item of a list. */
export function childFields(type: ColumnType): readonly Field[] {
  if (type.kind === 'struct') return type.fields
  return type.kind === 'list' || type.kind === 'fixed-list' ? [type.item] : []
}
