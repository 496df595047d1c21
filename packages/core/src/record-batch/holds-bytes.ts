import type { ColumnType } from '../schema/field.ts'

/** Whether values are bytes of any length behind each other, told apart by offsets: texts, and bytes as such. */
export function holdsBytes({ kind }: ColumnType): boolean {
  return kind === 'utf8' || kind === 'binary'
}
