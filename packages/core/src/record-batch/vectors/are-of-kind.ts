import type { ColumnSource } from './column-vector.ts'

/** Columns that hold their values alike. */
export type ColumnOfKind<K extends ColumnSource['kind']> = Extract<ColumnSource, { readonly kind: K }>

export function areOfKind<K extends ColumnSource['kind']>(
  columns: readonly ColumnSource[],
  kind: K,
): columns is readonly ColumnOfKind<K>[] {
  return columns.every((column) => column.kind === kind)
}
