import { type BatchLayout, type BufferRange, bitsPerValue, bytesOfBits, type ColumnLayout } from './layout.ts'

/** The same bytes seen from row `from` to `to` (exclusive): nothing is copied, bits may begin inside a byte. */
export function sliceLayout(layout: BatchLayout, from: number, to: number): BatchLayout {
  return { ...layout, rows: to - from, columns: layout.columns.map((column) => sliceColumn(column, from, to)) }
}

function sliceColumn(column: ColumnLayout, from: number, to: number): ColumnLayout {
  const { type } = column.field
  return {
    field: column.field,
    length: to - from,
    validity: column.validity && sliceBits(column.validity, from, to),
    offsets: column.offsets && sliceBits(column.offsets, from * 32, (to + 1) * 32),
    values: column.values && sliceValues(column, column.values, from, to),
    children: column.children.map((child) => {
      if (type.kind === 'list') return child
      const perRow = type.kind === 'fixed-list' ? type.size : 1
      return sliceColumn(child, from * perRow, to * perRow)
    }),
  }
}

/** The bytes of texts stay whole: the offsets say which of them belong to the rows. */
function sliceValues(column: ColumnLayout, values: BufferRange, from: number, to: number): BufferRange {
  const bits = bitsPerValue(column.field.type)
  return bits === 0 ? values : sliceBits(values, from * bits, to * bits)
}

function sliceBits(range: BufferRange, from: number, to: number): BufferRange {
  const first = range.bitOffset + from
  const byteOffset = range.byteOffset + Math.floor(first / 8)
  const bitOffset = first % 8
  return { byteOffset, bitOffset, byteLength: bytesOfBits(bitOffset + to - from) }
}
