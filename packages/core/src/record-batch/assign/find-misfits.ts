import type { Field } from '../../schema/field.ts'
import { describeType } from '../../schema/fingerprint-fields.ts'
import { isAssignable } from './is-assignable.ts'

/**
 * What keeps columns of `given` from being taken as `wanted`, in words, a line a column; none where all fit. Every
 * wanted column must be there with the same type or one that loses nothing; others are passed over.
 */
export function findMisfits(given: readonly Field[], wanted: readonly Field[]): readonly string[] {
  return wanted.flatMap((field) => describeMisfit(field, given) ?? [])
}

function describeMisfit(target: Field, fields: readonly Field[]): string | undefined {
  const source = fields.find(({ name }) => name === target.name)
  if (source === undefined) return target.isNullable ? undefined : `"${target.name}" is missing`
  if (!isAssignable(target.type, source.type)) {
    return `"${target.name}" is ${describeType(source.type)} and must be ${describeType(target.type)}`
  }
  return source.isNullable && !target.isNullable ? `"${target.name}" may be null and must not be` : undefined
}
