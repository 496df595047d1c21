import type { ColumnType, Field } from '../../schema/field.ts'
import { childFields } from '../child-fields.ts'
import type { ColumnLayout } from '../layout.ts'

/**
 * The same bytes under another field; `undefined` where the values would have to be rewritten. The column is assignable
 * and has no nulls that the field rules out.
 */
export function assignLayout(field: Field, layout: ColumnLayout): ColumnLayout | undefined {
  if (!isSameWidth(field.type, layout.field.type)) return undefined
  const children = assignChildren(field.type, layout)
  if (children === undefined) return undefined
  return { ...layout, field, validity: field.isNullable ? layout.validity : undefined, children }
}

function assignChildren(type: ColumnType, { field, children }: ColumnLayout): readonly ColumnLayout[] | undefined {
  const assigned = childFields(type).map((target, index) => {
    const isByName = field.type.kind === 'struct'
    const child = isByName ? children.find((candidate) => candidate.field.name === target.name) : children[index]
    return child && assignLayout(target, child)
  })
  return assigned.every((child) => child !== undefined) ? assigned : undefined
}

function isSameWidth(target: ColumnType, source: ColumnType): boolean {
  if (target.kind === 'int' && source.kind === 'int')
    return target.bits === source.bits && target.isSigned === source.isSigned
  if (target.kind === 'float' && source.kind === 'float') return target.bits === source.bits
  return target.kind === source.kind
}
