import { Bits } from '../bits.ts'
import type { BufferRange, ColumnLayout } from '../layout.ts'
import { int64ArrayClass, isInt64, numberArrayClass } from '../number-array.ts'
import { BinaryVector } from './binary-vector.ts'
import { BoolVector } from './bool-vector.ts'
import type { ColumnVector } from './column-vector.ts'
import { FixedListVector } from './fixed-list-vector.ts'
import { Int64Vector } from './int64-vector.ts'
import { ListVector } from './list-vector.ts'
import { NullMask } from './null-mask.ts'
import { NumberVector } from './number-vector.ts'
import { StructVector } from './struct-vector.ts'
import { Utf8Vector } from './utf8-vector.ts'

const nowhere: BufferRange = { byteOffset: 0, byteLength: 0, bitOffset: 0 }

/** Views over the first `length` rows of a column. */
export function openVector(layout: ColumnLayout, buffer: ArrayBufferLike, length: number): ColumnVector {
  const { field, children, values = nowhere, offsets = nowhere } = layout
  const { type } = field
  const nulls = NullMask.over(layout, buffer, length)
  switch (type.kind) {
    case 'bool':
      return new BoolVector(field, length, nulls, Bits.over(buffer, values))
    case 'utf8': {
      const bytes = new Uint8Array(buffer, values.byteOffset, values.byteLength)
      return new Utf8Vector(field, nulls, openOffsets(offsets, buffer, length), bytes)
    }
    case 'binary': {
      const bytes = new Uint8Array(buffer, values.byteOffset, values.byteLength)
      return new BinaryVector(field, nulls, openOffsets(offsets, buffer, length), bytes)
    }
    case 'list': {
      const starts = openOffsets(offsets, buffer, length)
      return new ListVector(field, nulls, starts, openVector(children[0], buffer, starts[length]))
    }
    case 'fixed-list':
      return new FixedListVector(field, length, nulls, openVector(children[0], buffer, length * type.size))
    case 'struct': {
      const columns = children.map((child) => openVector(child, buffer, length))
      return new StructVector(field, length, nulls, columns)
    }
    default: {
      if (isInt64(type)) {
        return new Int64Vector(field, nulls, new (int64ArrayClass(type))(buffer, values.byteOffset, length))
      }
      return new NumberVector(field, nulls, new (numberArrayClass(type))(buffer, values.byteOffset, length))
    }
  }
}

/** The offsets of `length` rows. An Arrow stream may leave out the only one that no rows have. */
export function openOffsets(range: BufferRange, buffer: ArrayBufferLike, length: number): Int32Array {
  return range.byteLength === 0 ? new Int32Array(1) : new Int32Array(buffer, range.byteOffset, length + 1)
}
