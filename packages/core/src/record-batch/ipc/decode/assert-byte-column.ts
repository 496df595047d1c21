import type { ColumnSource } from '../../vectors/column-vector.ts'
import { assertOffsets } from './assert-offsets.ts'
import { assertTexts } from './assert-texts.ts'

/** Every value must lie inside its column; texts must be UTF-8 as well. */
export function assertByteColumn(column: ColumnSource): void {
  if (column.kind === 'utf8') assertTexts(column)
  if (column.kind === 'binary') assertOffsets(column.offsets, column.bytes.length, column.field.name)
}
