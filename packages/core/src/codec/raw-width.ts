import { bitsPerValue } from '../record-batch/layout.ts'
import type { ColumnType, Field } from '../schema/field.ts'

/**
 * Bytes of a row of a column as bare values: 0 where each row has as many as it likes, undefined where the values have
 * no such form.
 */
export function rawWidthOf({ type }: Pick<Field, 'type'>): number | undefined {
  if (type.kind === 'binary') return 0
  if (type.kind !== 'fixed-list') return numberBytes(type)
  const itemBytes = type.item.isNullable ? undefined : numberBytes(type.item.type)
  return itemBytes === undefined || type.size === 0 ? undefined : itemBytes * type.size
}

function numberBytes(type: ColumnType): number | undefined {
  return type.kind === 'int' || type.kind === 'float' || type.kind === 'timestamp' ? bitsPerValue(type) / 8 : undefined
}
