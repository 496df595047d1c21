import {
  type BatchLayout,
  type ColumnLayout,
  type ColumnSource,
  type ColumnType,
  type ColumnVector,
  type Field,
  isAssignable,
  RecordBatch,
  ValueVector,
} from '@redesmyn/core'

type ListVector = Extract<ColumnVector, { kind: 'list' }>

/** Whether lists of any length may stand for lists of one length: many formats and writers know no others. */
export function areCastLists(target: ColumnType, source: ColumnType): boolean {
  return target.kind === 'fixed-list' && source.kind === 'list' && isAssignable(target.item.type, source.item.type)
}

/** Whether every list has that many items, none being null: then the items lie as they should. */
export function isRegular({ offsets, nulls, length }: ListVector, size: number): boolean {
  if (nulls.count > 0) return false
  const [start] = offsets
  for (let row = 1; row <= length; row++) if (offsets[row] !== start + row * size) return false
  return true
}

/** Lists of one length: the same items, as far as they lie so, else one by one. */
export function castLists(field: Field, batch: RecordBatch, index: number): ColumnSource {
  const vector = batch.columnAt(index)
  const size = field.type.kind === 'fixed-list' ? field.type.size : 0
  if (vector.kind !== 'list' || !isRegular(vector, size)) {
    return new ValueVector(field, vector.length, (row) => vector.get(row))
  }
  const [start] = vector.offsets
  const [items] = batch.layout.columns[index].children
  const columns = new RecordBatch(oneColumn(items, vector.items.length), batch.buffer, vector.items.length)
  const used = columns.slice(start, start + vector.length * size).layout.columns
  const type: ColumnType = { kind: 'fixed-list', size, item: items.field }
  const column = {
    ...batch.layout.columns[index],
    field: { ...vector.field, type },
    validity: undefined,
    offsets: undefined,
    children: used,
  }
  return new RecordBatch(oneColumn(column, vector.length), batch.buffer, vector.length).columnAt(0)
}

function oneColumn(column: ColumnLayout, rows: number): BatchLayout {
  return { fields: [column.field], columns: [column], rows, byteOffset: 0, byteLength: 0 }
}
