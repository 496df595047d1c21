import type { ColumnType, Field } from '../../../schema/field.ts'
import { arrowType, dateUnit, floatPrecision, timeUnit } from '../arrow-format.ts'
import type { FlatTable } from './flat-table.ts'
import { malformed, unsupported } from './malformed.ts'
import type { WireEncoding } from './wire-field.ts'

export interface WireType {
  readonly type: ColumnType
  readonly encoding: WireEncoding
}

/** What a field of the stream says about its type. */
export interface TypeHead {
  readonly name: string
  /** One of `arrowType`. */
  readonly id: number
  readonly table: FlatTable
  readonly children: readonly Field[]
  /** What the column is to become, where somebody has said. */
  readonly wanted: ColumnType | undefined
}

export function decodeType(head: TypeHead): WireType {
  switch (head.id) {
    case arrowType.null:
      return { type: { kind: 'utf8' }, encoding: { kind: 'null' } }
    case arrowType.int:
      return same(decodeInt(head.table))
    case arrowType.floatingPoint:
      return decodeFloat(head)
    case arrowType.bool:
      return same({ kind: 'bool' })
    case arrowType.timestamp:
      return { type: { kind: 'timestamp' }, encoding: decodeTimeUnit(head.table) }
    case arrowType.date:
      return { type: { kind: 'timestamp' }, encoding: decodeDateUnit(head.table) }
    case arrowType.decimal:
      return decodeDecimal(head)
    case arrowType.fixedSizeBinary:
      return { type: { kind: 'binary' }, encoding: { kind: 'fixed-bytes', byteWidth: decodeWidth(head) } }
    case arrowType.utf8:
      return same({ kind: 'utf8' })
    case arrowType.largeUtf8:
      return { type: { kind: 'utf8' }, encoding: { kind: 'large' } }
    case arrowType.utf8View:
      return { type: { kind: 'utf8' }, encoding: { kind: 'view' } }
    case arrowType.binary:
      return same({ kind: 'binary' })
    case arrowType.largeBinary:
      return { type: { kind: 'binary' }, encoding: { kind: 'large' } }
    case arrowType.binaryView:
      return { type: { kind: 'binary' }, encoding: { kind: 'view' } }
    case arrowType.list:
    case arrowType.map:
      return same({ kind: 'list', item: onlyChild(head) })
    case arrowType.largeList:
      return { type: { kind: 'list', item: onlyChild(head) }, encoding: { kind: 'large' } }
    case arrowType.fixedSizeList:
      return same({ kind: 'fixed-list', size: decodeSize(head), item: onlyChild(head) })
    case arrowType.struct:
      return same({ kind: 'struct', fields: head.children })
    default:
      throw unsupported(`column "${head.name}" of type ${typeName(head.id)}`)
  }
}

/** Table Int: bit width, signed. */
export function decodeInt(table: FlatTable): Extract<ColumnType, { kind: 'int' }> {
  const bits = table.int32(0)
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw malformed(`it has integers of ${bits} bits`)
  return { kind: 'int', bits, isSigned: table.int8(1) !== 0, as: bits === 64 ? 'bigint' : 'number' }
}

function decodeFloat({ table }: TypeHead): WireType {
  const precision = table.int16(0)
  if (precision === floatPrecision.half) return { type: { kind: 'float', bits: 32 }, encoding: { kind: 'half' } }
  return same({ kind: 'float', bits: precision === floatPrecision.single ? 32 : 64 })
}

/** Table Date: unit (milliseconds where absent). */
function decodeDateUnit(table: FlatTable): WireEncoding {
  return table.int16(0, dateUnit.millisecond) === dateUnit.day ? { kind: 'days' } : { kind: 'same' }
}

/** As many digits as 256 bits have. */
const maxScale = 76

/** Table Decimal: precision, scale, bit width (128 where absent). Texts keep every digit, floats are the nearest ones. */
function decodeDecimal({ name, table, wanted }: TypeHead): WireType {
  const bits = table.int32(2, 128)
  if (bits !== 32 && bits !== 64 && bits !== 128 && bits !== 256) {
    throw malformed(`column "${name}" has decimals of ${bits} bits`)
  }
  const scale = table.int32(1)
  if (Math.abs(scale) > maxScale) throw malformed(`column "${name}" has decimals of scale ${scale}`)
  const type: ColumnType = wanted?.kind === 'utf8' ? { kind: 'utf8' } : { kind: 'float', bits: 64 }
  return { type, encoding: { kind: 'decimal', bits, scale } }
}

function decodeWidth({ name, table }: TypeHead): number {
  const width = table.int32(0)
  if (width < 0) throw malformed(`values of column "${name}" have ${width} bytes`)
  return width
}

function decodeTimeUnit(table: FlatTable): WireEncoding {
  switch (table.int16(0)) {
    case timeUnit.second:
      return { kind: 'time', ms: 1000n, perMs: 1n }
    case timeUnit.microsecond:
      return { kind: 'time', ms: 1n, perMs: 1000n }
    case timeUnit.nanosecond:
      return { kind: 'time', ms: 1n, perMs: 1_000_000n }
    default:
      return { kind: 'same' }
  }
}

function decodeSize({ name, table }: TypeHead): number {
  const size = table.int32(0)
  if (size < 0) throw malformed(`lists of column "${name}" have ${size} items`)
  return size
}

function onlyChild({ name, children }: TypeHead): Field {
  if (children.length !== 1) throw malformed(`list column "${name}" has ${children.length} item types`)
  return children[0]
}

function same(type: ColumnType): WireType {
  return { type, encoding: { kind: 'same' } }
}

function typeName(id: number): string {
  return Object.entries(arrowType).find(([, known]) => known === id)?.[0] ?? `number ${id}`
}
