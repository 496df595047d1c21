import type { Builder, Offset } from 'flatbuffers'
import type { ColumnType, Field } from '../../../schema/field.ts'
import { childFields } from '../../child-fields.ts'
import { arrowType, floatPrecision, timeUnit } from '../arrow-format.ts'

interface EncodedType {
  readonly id: number
  readonly table: Offset
}

/** Table Schema: endianness (little is 0, the default), fields. */
export function encodeSchema(builder: Builder, fields: readonly Field[]): Offset {
  const fieldVector = encodeOffsets(builder, encodeFields(builder, fields))
  builder.startObject(4)
  builder.addFieldOffset(1, fieldVector, 0)
  return builder.endObject()
}

/** Table Field: name, nullable, type (its id, then its table), dictionary, children. */
function encodeField(builder: Builder, field: Field): Offset {
  const children = encodeOffsets(builder, encodeFields(builder, childFields(field.type)))
  const type = encodeType(builder, field.type)
  const name = builder.createString(field.name)
  builder.startObject(7)
  builder.addFieldOffset(0, name, 0)
  builder.addFieldInt8(1, field.isNullable ? 1 : 0, 0)
  builder.addFieldInt8(2, type.id, 0)
  builder.addFieldOffset(3, type.table, 0)
  builder.addFieldOffset(5, children, 0)
  return builder.endObject()
}

function encodeFields(builder: Builder, fields: readonly Field[]): Offset[] {
  return fields.map((field) => encodeField(builder, field))
}

function encodeOffsets(builder: Builder, offsets: readonly Offset[]): Offset {
  builder.startVector(4, offsets.length, 4)
  for (const offset of offsets.toReversed()) builder.addOffset(offset)
  return builder.endVector()
}

function encodeType(builder: Builder, type: ColumnType): EncodedType {
  switch (type.kind) {
    case 'bool':
      return encodeEmpty(builder, arrowType.bool)
    case 'utf8':
      return encodeEmpty(builder, arrowType.utf8)
    case 'binary':
      return encodeEmpty(builder, arrowType.binary)
    case 'list':
      return encodeEmpty(builder, arrowType.list)
    case 'struct':
      return encodeEmpty(builder, arrowType.struct)
    case 'int':
      builder.startObject(2)
      builder.addFieldInt32(0, type.bits, 0)
      builder.addFieldInt8(1, type.isSigned ? 1 : 0, 0)
      return { id: arrowType.int, table: builder.endObject() }
    case 'float':
      builder.startObject(1)
      builder.addFieldInt16(0, type.bits === 32 ? floatPrecision.single : floatPrecision.double, 0)
      return { id: arrowType.floatingPoint, table: builder.endObject() }
    case 'fixed-list':
      builder.startObject(1)
      builder.addFieldInt32(0, type.size, 0)
      return { id: arrowType.fixedSizeList, table: builder.endObject() }
    case 'timestamp': {
      const timezone = builder.createString('UTC')
      builder.startObject(2)
      builder.addFieldInt16(0, timeUnit.millisecond, timeUnit.second)
      builder.addFieldOffset(1, timezone, 0)
      return { id: arrowType.timestamp, table: builder.endObject() }
    }
  }
}

/** A type without parameters. */
function encodeEmpty(builder: Builder, id: number): EncodedType {
  builder.startObject(0)
  return { id, table: builder.endObject() }
}
