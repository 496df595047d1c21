import { PipelineError } from '../errors/pipeline-error.ts'
import type { ColumnName } from './column.ts'
import { isExactInteger } from './exact-integer.ts'
import type { ColumnType, Field } from './field.ts'
import { pointerTo } from './json-pointer.ts'
import { isSchemaNode, membersOf, propertiesOf, requiredOf, type SchemaNode, splitNull } from './schema-node.ts'

/** Where a schema stands, for messages. */
export interface SchemaPlace {
  readonly owner: string
  readonly pointer: string
}

/** The fields of an object schema. Throws CONFIG_INVALID where a property's type has no column. */
export function fieldsOfSchema(node: SchemaNode, place: SchemaPlace): readonly Field[] {
  const properties = propertiesOf(node)
  if (node.type !== 'object' || properties.length === 0) throw unsupported(node, place)
  const required = requiredOf(node)
  return properties.map(([name, schema]) => {
    const inner = { owner: place.owner, pointer: pointerTo(place.pointer, name) }
    const field = fieldOf(name, schema, inner)
    return required.includes(name) ? field : { ...field, isNullable: true }
  })
}

function fieldOf(name: string, schema: SchemaNode, place: SchemaPlace): Field {
  const { present, hasNull } = splitNull(schema)
  return { name, type: typeOf(present, place), isNullable: hasNull }
}

function typeOf(node: SchemaNode, place: SchemaPlace): ColumnType {
  if ('~codec' in node) throw unsupported(node, place)
  const named = node['~column']
  if (isColumnName(named)) return columnTypes[named]
  switch (node.type) {
    case 'number':
      return columnTypes.float64
    case 'integer':
      return isExactInteger(node) ? columnTypes.int64 : { ...columnTypes.int64, as: 'number' }
    case 'boolean':
      return { kind: 'bool' }
    case 'string':
      return { kind: 'utf8' }
    case 'array':
      return listOf(node, place)
    case 'object':
      return { kind: 'struct', fields: fieldsOfSchema(node, place) }
    default:
      if (isTextChoice(node)) return { kind: 'utf8' }
      throw unsupported(node, place)
  }
}

function listOf(node: SchemaNode, place: SchemaPlace): ColumnType {
  if (!isSchemaNode(node.items)) throw unsupported(node, place)
  const item = fieldOf('item', node.items, { owner: place.owner, pointer: pointerTo(place.pointer, 'items') })
  const { minItems, maxItems } = node
  if (typeof minItems === 'number' && minItems === maxItems && minItems > 0)
    return { kind: 'fixed-list', size: minItems, item }
  return { kind: 'list', item }
}

/** An enum of strings, or a union of nothing but strings. */
function isTextChoice(node: SchemaNode): boolean {
  if (Array.isArray(node.enum)) return node.enum.length > 0 && node.enum.every((value) => typeof value === 'string')
  const members = membersOf(node)
  return (
    members !== undefined &&
    members.length > 0 &&
    members.every((member) => member.type === 'string' || isTextChoice(member))
  )
}

const columnTypes = Object.freeze({
  int8: { kind: 'int', bits: 8, isSigned: true, as: 'number' },
  int16: { kind: 'int', bits: 16, isSigned: true, as: 'number' },
  int32: { kind: 'int', bits: 32, isSigned: true, as: 'number' },
  int64: { kind: 'int', bits: 64, isSigned: true, as: 'bigint' },
  uint8: { kind: 'int', bits: 8, isSigned: false, as: 'number' },
  uint16: { kind: 'int', bits: 16, isSigned: false, as: 'number' },
  uint32: { kind: 'int', bits: 32, isSigned: false, as: 'number' },
  uint64: { kind: 'int', bits: 64, isSigned: false, as: 'bigint' },
  float32: { kind: 'float', bits: 32 },
  float64: { kind: 'float', bits: 64 },
  timestamp: { kind: 'timestamp' },
  bytes: { kind: 'binary' },
} as const satisfies Record<ColumnName, ColumnType>)

function isColumnName(value: unknown): value is ColumnName {
  return typeof value === 'string' && Object.hasOwn(columnTypes, value)
}

function unsupported(node: SchemaNode, { owner, pointer }: SchemaPlace): PipelineError {
  const where = pointer === '' ? owner : `field "${pointer}" of ${owner}`
  return new PipelineError('CONFIG_INVALID', `${where} has a type that no column can hold: ${describeSchema(node)}`, {
    details: { owner, pointer },
  })
}

function describeSchema(node: SchemaNode): string {
  const kind = node['~kind']
  if ('~codec' in node) return 'a codec'
  if (node.type === 'object' && propertiesOf(node).length === 0) return 'an object without properties'
  if (typeof kind === 'string' && kind !== 'Union') return kind
  return JSON.stringify(node)
}
