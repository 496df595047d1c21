import { findMisfits, PipelineError, type RecordSchema } from '@redesmyn/core'
import { type AnyDefinition, isDefinition } from './definition.ts'

/**
 * Every column that is taken must come from the input, with the same type or one that loses nothing; without a schema
 * anything is taken. Throws SCHEMA_NOT_ASSIGNABLE naming the columns, CONFIG_INVALID for what is no input.
 */
export function assertTakes(place: string, input: Given, taken: RecordSchema | undefined): void {
  if (!isDefinition(input)) throw new PipelineError('CONFIG_INVALID', `${place} must be a source or an asset`)
  if (taken === undefined) return
  const problems = findMisfits(input.schema.fields, taken.fields)
  if (problems.length === 0) return
  const given = input.name === undefined ? '' : ` "${input.name}"`
  const message = `${place}${given} does not give what is taken: ${problems.join(', ')}`
  throw new PipelineError('SCHEMA_NOT_ASSIGNABLE', message, { details: { input: input.name, columns: problems } })
}

type Given = Pick<AnyDefinition, '~kind' | 'schema' | 'name'>
