import type { ColumnType, Field } from '@redesmyn/core'
import type * as arrow from 'apache-arrow'

type Arrow = typeof import('apache-arrow')

export function arrowField(library: Arrow, { name, type, isNullable }: Field): arrow.Field {
  return new library.Field(name, arrowType(library, type), isNullable)
}

export function arrowType(library: Arrow, type: ColumnType): arrow.DataType {
  switch (type.kind) {
    case 'bool':
      return new library.Bool()
    case 'int':
      return integerType(library, type)
    case 'float':
      return type.bits === 32 ? new library.Float32() : new library.Float64()
    case 'utf8':
      return new library.Utf8()
    case 'binary':
      return new library.Binary()
    case 'timestamp':
      return new library.TimestampMillisecond('UTC')
    case 'list':
      return new library.List(arrowField(library, type.item))
    case 'fixed-list':
      return new library.FixedSizeList(type.size, arrowField(library, type.item))
    case 'struct':
      return new library.Struct(type.fields.map((field) => arrowField(library, field)))
  }
}

function integerType(library: Arrow, { bits, isSigned }: Extract<ColumnType, { kind: 'int' }>): arrow.DataType {
  switch (bits) {
    case 8:
      return isSigned ? new library.Int8() : new library.Uint8()
    case 16:
      return isSigned ? new library.Int16() : new library.Uint16()
    case 32:
      return isSigned ? new library.Int32() : new library.Uint32()
    case 64:
      return isSigned ? new library.Int64() : new library.Uint64()
  }
}
