import type { BatchLayout, BufferRange, ColumnLayout, ColumnType, Field } from '@redesmyn/core'
import { typeOfFormat } from './arrow-format-string.ts'

/** The structs of Arrow's C data interface with pointers of 32 bits: where each member is. */
const schemaMember = { format: 0, name: 4, flags: 16, childCount: 24, children: 32, dictionary: 36 } as const
const arrayMember = { length: 0, nullCount: 8, offset: 16, buffers: 40, children: 44 } as const
const nullableFlag = 2
const alignmentBytes = 8

/** Reads what another library has in its memory, and says where its columns are. Nothing is copied. */
export class ForeignMemory {
  readonly #view: DataView
  readonly #decoder = new TextDecoder()

  constructor(buffer: ArrayBuffer) {
    this.#view = new DataView(buffer)
  }

  /** The columns of a struct; undefined where the buffers of one are not those of our columns. */
  layout(array: number, schema: number): BatchLayout | undefined {
    const rows = this.#long(array + arrayMember.length)
    const offset = this.#long(array + arrayMember.offset)
    const columns = this.#children(array, schema, { offset, length: rows })
    if (columns === undefined) return undefined
    const fields = columns.map(({ field }) => field)
    return { fields, columns, rows, byteOffset: 0, byteLength: this.#view.byteLength }
  }

  #column(array: number, schema: number, place: Place): ColumnLayout | undefined {
    const offset = this.#long(array + arrayMember.offset) + place.offset
    const { length } = place
    const format = this.#text(this.#pointer(schema + schemaMember.format))
    const known = typeOfFormat(format)
    if (known === undefined || this.#pointer(schema + schemaMember.dictionary) !== 0) return undefined
    const isNullable = (this.#view.getInt32(schema + schemaMember.flags, true) & nullableFlag) !== 0
    const name = this.#text(this.#pointer(schema + schemaMember.name))
    const buffer = (index: number): number => this.#pointer(this.#pointer(array + arrayMember.buffers) + index * 4)
    const hasNulls = this.#long(array + arrayMember.nullCount) !== 0 && buffer(0) !== 0
    const validity = hasNulls ? bitRange(buffer(0), offset, length) : undefined
    const base = { length, validity, offsets: undefined, values: undefined, children: [] }

    if (known.kind === 'parent') {
      const inner = this.#innerPlace(known.type, buffer, { offset, length })
      const children = this.#children(array, schema, inner)
      if (children === undefined) return undefined
      const type = withChildren(
        known.type,
        children.map(({ field }) => field),
      )
      const offsets = type.kind === 'list' ? byteRange(buffer(1), offset * 4, (length + 1) * 4) : undefined
      return aligned({ ...base, field: { name, type, isNullable }, offsets, children })
    }
    const field: Field = { name, type: known.type, isNullable }
    if (known.kind === 'bytes') {
      const offsets = byteRange(buffer(1), offset * 4, (length + 1) * 4)
      const end = this.#view.getInt32(offsets.byteOffset + length * 4, true)
      return aligned({ ...base, field, offsets, values: byteRange(buffer(2), 0, end) })
    }
    const values =
      known.bits === 1
        ? bitRange(buffer(1), offset, length)
        : byteRange(buffer(1), (offset * known.bits) / 8, (length * known.bits) / 8)
    return aligned({ ...base, field, values })
  }

  #children(array: number, schema: number, place: Place): readonly ColumnLayout[] | undefined {
    const count = this.#long(schema + schemaMember.childCount)
    const arrays = this.#pointer(array + arrayMember.children)
    const schemas = this.#pointer(schema + schemaMember.children)
    const columns: ColumnLayout[] = []
    for (let index = 0; index < count; index++) {
      const column = this.#column(this.#pointer(arrays + index * 4), this.#pointer(schemas + index * 4), place)
      if (column === undefined) return undefined
      columns.push(column)
    }
    return columns
  }

  /** Which of the inner values belong to the rows. */
  #innerPlace(type: ColumnType, buffer: (index: number) => number, { offset, length }: Place): Place {
    if (type.kind === 'fixed-list') return { offset: offset * type.size, length: length * type.size }
    if (type.kind !== 'list') return { offset, length }
    // The offsets of a list say where its items are, counted from the first of all.
    return { offset: 0, length: this.#view.getInt32(buffer(1) + (offset + length) * 4, true) }
  }

  #text(start: number): string {
    const bytes = new Uint8Array(this.#view.buffer, start)
    return this.#decoder.decode(bytes.subarray(0, bytes.indexOf(0)))
  }

  #pointer(place: number): number {
    return this.#view.getUint32(place, true)
  }

  #long(place: number): number {
    return Number(this.#view.getBigInt64(place, true))
  }
}

/** Rows of an array, counted from its own first one. */
interface Place {
  readonly offset: number
  readonly length: number
}

function withChildren(type: ColumnType, fields: readonly Field[]): ColumnType {
  const [item] = fields
  if (type.kind === 'struct') return { kind: 'struct', fields }
  return type.kind === 'list' || type.kind === 'fixed-list' ? { ...type, item } : type
}

function byteRange(start: number, skipped: number, byteLength: number): BufferRange {
  return { byteOffset: start + skipped, byteLength, bitOffset: 0 }
}

function bitRange(start: number, offset: number, length: number): BufferRange {
  const bitOffset = offset & 7
  return { byteOffset: start + (offset >> 3), byteLength: Math.ceil((bitOffset + length) / 8), bitOffset }
}

/** Typed arrays begin on multiples of their width. */
function aligned(column: ColumnLayout): ColumnLayout | undefined {
  const { offsets, values } = column
  if (offsets !== undefined && offsets.byteOffset % 4 !== 0) return undefined
  const isWide = column.field.type.kind !== 'bool' && offsets === undefined && values !== undefined
  return isWide && values.byteOffset % Math.min(alignmentBytes, widthOf(column)) !== 0 ? undefined : column
}

function widthOf({ field: { type } }: ColumnLayout): number {
  return type.kind === 'int' || type.kind === 'float' ? type.bits / 8 : alignmentBytes
}
