import type { ColumnType, Field } from '../schema/field.ts'
import type { Capacity } from './capacity.ts'
import { holdsBytes } from './holds-bytes.ts'

/** Part of a buffer. Bit-packed parts may begin inside their first byte: at `bitOffset`, 0 to 7. */
export interface BufferRange {
  readonly byteOffset: number
  readonly byteLength: number
  readonly bitOffset: number
}

/** Where one column's buffers are: those of the Arrow columnar format, in its order. */
export interface ColumnLayout {
  readonly field: Field
  /** Rows there is room for; items, for the child of a list. */
  readonly length: number
  /** A bit per row, 1 = not null. Only nullable fields have it. */
  readonly validity: BufferRange | undefined
  /** Int32 per row and one more. Only utf8, binary and list have it. */
  readonly offsets: BufferRange | undefined
  /** Numbers, bits for bool, the bytes of utf8 and binary. Lists and structs have none. */
  readonly values: BufferRange | undefined
  readonly children: readonly ColumnLayout[]
}

/** A plan of bytes and nothing else: both sides of a thread boundary compute the same one from the same capacity. */
export interface BatchLayout {
  readonly fields: readonly Field[]
  readonly columns: readonly ColumnLayout[]
  readonly rows: number
  readonly byteOffset: number
  readonly byteLength: number
}

const alignmentBytes = 64
const offsetBytes = 4
/** Offsets are 32 bits wide, so no column of texts or bytes and no list holds more. */
const maxVariable = 0x7fffffff

/** Lays columns out one behind the other in schema order, every buffer on a multiple of 64 from `byteOffset` on. */
export function layoutBatch(fields: readonly Field[], capacity: Capacity, byteOffset = 0): BatchLayout {
  let end = align(byteOffset)
  let node = 0

  const reserve = (byteLength: number): BufferRange => {
    const range = { byteOffset: end, byteLength, bitOffset: 0 }
    end += align(byteLength)
    return range
  }

  const layoutColumn = (field: Field, length: number): ColumnLayout => {
    const { type } = field
    const variable = isVariable(type) ? Math.min(capacity.variable[node++] ?? 0, maxVariable) : 0
    const validity = field.isNullable ? reserve(bytesOfBits(length)) : undefined
    const offsets = isVariable(type) ? reserve((length + 1) * offsetBytes) : undefined
    const values = holdsBytes(type) ? reserve(variable) : reserveFixed(type, length)
    return { field, length, validity, offsets, values, children: layoutChildren(type, length, variable) }
  }

  const reserveFixed = (type: ColumnType, length: number): BufferRange | undefined => {
    const bits = bitsPerValue(type)
    return bits === 0 ? undefined : reserve(bytesOfBits(length * bits))
  }

  const layoutChildren = (type: ColumnType, length: number, variable: number): ColumnLayout[] => {
    if (type.kind === 'list') return [layoutColumn(type.item, variable)]
    if (type.kind === 'fixed-list') return [layoutColumn(type.item, length * type.size)]
    return type.kind === 'struct' ? type.fields.map((field) => layoutColumn(field, length)) : []
  }

  const columns = fields.map((field) => layoutColumn(field, capacity.rows))
  const start = align(byteOffset)
  return { fields, columns, rows: capacity.rows, byteOffset: start, byteLength: end - start }
}

/** Bits of a fixed-width value; 0 where values have no width of their own. */
export function bitsPerValue(type: ColumnType): number {
  switch (type.kind) {
    case 'bool':
      return 1
    case 'int':
    case 'float':
      return type.bits
    case 'timestamp':
      return 64
    default:
      return 0
  }
}

export function bytesOfBits(bits: number): number {
  return Math.ceil(bits / 8)
}

/** The next multiple of 64. */
export function align(bytes: number): number {
  return Math.ceil(bytes / alignmentBytes) * alignmentBytes
}

function isVariable(type: ColumnType): boolean {
  return holdsBytes(type) || type.kind === 'list'
}
