import { PipelineError } from '../errors/pipeline-error.ts'
import { findMisfits } from '../record-batch/assign/find-misfits.ts'
import type { RecordSchema } from '../schema/record-schema.ts'

interface Giver {
  readonly name: string
  readonly output: RecordSchema | undefined
}

interface Taker {
  readonly name: string
  readonly input: RecordSchema | undefined
}

/**
 * Every column that a stage takes must come from the stage before it, with the same type or one that loses nothing.
 * Columns that no schema declares are not looked at here. Throws SCHEMA_NOT_ASSIGNABLE.
 */
export function assertFits(before: Giver, after: Taker): void {
  if (before.output === undefined || after.input === undefined) return
  const problems = findMisfits(before.output.fields, after.input.fields)
  if (problems.length === 0) return
  const message = `the output of stage "${before.name}" does not fit the input of stage "${after.name}": ${problems.join(', ')}`
  throw new PipelineError('SCHEMA_NOT_ASSIGNABLE', message, {
    details: { before: before.name, after: after.name, columns: problems },
  })
}
