import type { ColumnType, Field } from './field.ts'

/** Names and types as one line of text, such as `x:float64,tags?:[utf8]`: equal for equal columns, in any process. */
export function fingerprintFields(fields: readonly Field[]): string {
  return fields
    .map((field) => `${nameOf(field.name)}${field.isNullable ? '?' : ''}:${describeType(field.type)}`)
    .join(',')
}

/** A type as in a fingerprint, without a name: `float64`, `[utf8]`. */
export function describeType(type: ColumnType): string {
  switch (type.kind) {
    case 'int':
      return `${type.isSigned ? 'int' : 'uint'}${type.bits}`
    case 'float':
      return `float${type.bits}`
    case 'list':
      return `[${itemOf(type.item)}]`
    case 'fixed-list':
      return `[${itemOf(type.item)};${type.size}]`
    case 'struct':
      return `{${fingerprintFields(type.fields)}}`
    default:
      return type.kind
  }
}

function itemOf(item: Field): string {
  return `${describeType(item.type)}${item.isNullable ? '?' : ''}`
}

function nameOf(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name)
}
