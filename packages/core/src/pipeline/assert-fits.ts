import { PipelineError } from '../errors/pipeline-error.ts'
import { isAssignable } from '../record-batch/assign/is-assignable.ts'
import type { Field } from '../schema/field.ts'
import { describeType } from '../schema/fingerprint-fields.ts'
import type { AnyStage } from '../stage/any-stage.ts'

/**
 * Every column that a stage takes must come from the stage before it, with the same type or one that loses nothing.
 * Columns that no schema declares are not looked at here. Throws SCHEMA_NOT_ASSIGNABLE.
 */
export function assertFits(before: AnyStage, after: AnyStage): void {
  if (before.output === undefined || after.input === undefined) return
  const { fields } = before.output
  const problems = after.input.fields.flatMap((field) => describeProblem(field, fields) ?? [])
  if (problems.length === 0) return
  const message = `the output of stage "${before.name}" does not fit the input of stage "${after.name}": ${problems.join(', ')}`
  throw new PipelineError('SCHEMA_NOT_ASSIGNABLE', message, {
    details: { before: before.name, after: after.name, columns: problems },
  })
}

function describeProblem(target: Field, fields: readonly Field[]): string | undefined {
  const source = fields.find(({ name }) => name === target.name)
  if (source === undefined) return target.isNullable ? undefined : `"${target.name}" is missing`
  if (!isAssignable(target.type, source.type)) {
    return `"${target.name}" is ${describeType(source.type)} and must be ${describeType(target.type)}`
  }
  return source.isNullable && !target.isNullable ? `"${target.name}" may be null and must not be` : undefined
}
