import type { ColumnType, Field } from '../schema/field.ts'

/** Whether the buffers of `source` are, as they are, those of a column of type `target`. */
export function isSameType(target: ColumnType, source: ColumnType): boolean {
  switch (target.kind) {
    case 'int':
      return source.kind === 'int' && source.bits === target.bits && source.isSigned === target.isSigned
    case 'float':
      return source.kind === 'float' && source.bits === target.bits
    case 'list':
      return source.kind === 'list' && isSameItem(target.item, source.item)
    case 'fixed-list':
      return source.kind === 'fixed-list' && source.size === target.size && isSameItem(target.item, source.item)
    case 'struct':
      return source.kind === 'struct' && isSameFields(target.fields, source.fields)
    default:
      return source.kind === target.kind
  }
}

function isSameFields(target: readonly Field[], source: readonly Field[]): boolean {
  if (target.length !== source.length) return false
  return target.every((field, index) => field.name === source[index].name && isSameItem(field, source[index]))
}

/** Nulls inside values are not looked for one by one, so the types must rule them out. */
function isSameItem(target: Field, source: Field): boolean {
  return (target.isNullable || !source.isNullable) && isSameType(target.type, source.type)
}
