import type { ColumnType, Field } from '../../schema/field.ts'

type IntType = Extract<ColumnType, { kind: 'int' }>

/** Whether every value of type `source` is, unchanged, one of type `target`. Nulls are not looked at. */
export function isAssignable(target: ColumnType, source: ColumnType): boolean {
  switch (target.kind) {
    case 'int':
      return source.kind === 'int' && holdsInt(target, source)
    case 'float':
      if (source.kind === 'int') return source.bits < (target.bits === 64 ? 64 : 32)
      return source.kind === 'float' && source.bits <= target.bits
    case 'list':
      return source.kind === 'list' && isAssignable(target.item.type, source.item.type)
    case 'fixed-list':
      return (
        source.kind === 'fixed-list' && source.size === target.size && isAssignable(target.item.type, source.item.type)
      )
    case 'struct':
      return source.kind === 'struct' && target.fields.every((field) => hasField(source.fields, field))
    default:
      return source.kind === target.kind
  }
}

/** The field's values among those of a struct: there with an assignable type, or left out where null will do. */
function hasField(fields: readonly Field[], target: Field): boolean {
  const source = fields.find(({ name }) => name === target.name)
  return source === undefined ? target.isNullable : isAssignable(target.type, source.type)
}

function holdsInt(target: IntType, source: IntType): boolean {
  if (target.isSigned === source.isSigned) return target.bits >= source.bits
  return target.isSigned && target.bits > source.bits
}
