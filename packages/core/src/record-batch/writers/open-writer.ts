import type { BufferRange, ColumnLayout } from '../layout.ts'
import { int64ArrayClass, isInt64, numberArrayClass } from '../number-array.ts'
import { BinaryWriter } from './binary-writer.ts'
import { BoolWriter } from './bool-writer.ts'
import type { ColumnWriter } from './column-writer.ts'
import { FixedListWriter } from './fixed-list-writer.ts'
import { Int64Writer } from './int64-writer.ts'
import { ListWriter } from './list-writer.ts'
import { NumberWriter } from './number-writer.ts'
import { RowWriter } from './row-writer.ts'
import { StructWriter } from './struct-writer.ts'
import { Utf8Writer } from './utf8-writer.ts'
import { ValidityWriter } from './validity-writer.ts'

const nowhere: BufferRange = { byteOffset: 0, byteLength: 0, bitOffset: 0 }

/** What fills a column over the whole of its room. */
export function openWriter(layout: ColumnLayout, buffer: ArrayBufferLike): ColumnWriter {
  const { field, length, children, values = nowhere } = layout
  const { type } = field
  const validity = new ValidityWriter(layout, buffer)
  switch (type.kind) {
    case 'bool':
      return new BoolWriter(new Uint8Array(buffer, values.byteOffset, values.byteLength), validity)
    case 'utf8': {
      const bytes = new Uint8Array(buffer, values.byteOffset, values.byteLength)
      return new Utf8Writer(openOffsets(layout, buffer), bytes, validity)
    }
    case 'binary': {
      const bytes = new Uint8Array(buffer, values.byteOffset, values.byteLength)
      return new BinaryWriter(openOffsets(layout, buffer), bytes, validity)
    }
    case 'list':
      return new ListWriter(openOffsets(layout, buffer), openWriter(children[0], buffer), children[0].length, validity)
    case 'fixed-list':
      return new FixedListWriter(type.size, openWriter(children[0], buffer), validity)
    case 'struct':
      return new StructWriter(openRowWriter(children, buffer), validity)
    default:
      if (isInt64(type))
        return new Int64Writer(new (int64ArrayClass(type))(buffer, values.byteOffset, length), validity)
      return new NumberWriter(new (numberArrayClass(type))(buffer, values.byteOffset, length), validity)
  }
}

export function openRowWriter(columns: readonly ColumnLayout[], buffer: ArrayBufferLike): RowWriter {
  return new RowWriter(
    columns.map(({ field }) => field.name),
    columns.map((column) => openWriter(column, buffer)),
  )
}

function openOffsets(layout: ColumnLayout, buffer: ArrayBufferLike): Int32Array {
  const { byteOffset } = layout.offsets ?? nowhere
  return new Int32Array(buffer, byteOffset, layout.length + 1)
}
