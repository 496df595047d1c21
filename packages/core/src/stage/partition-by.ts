import { PipelineError } from '../errors/pipeline-error.ts'
import type { ColumnType, Field } from '../schema/field.ts'

/** Kinds whose values are one text each. */
const keyKinds: readonly ColumnType['kind'][] = ['utf8', 'int', 'bool', 'float']

/**
 * Columns that rows of one call are to share the values of. `owner` is what says so, for messages: `by of stage "score"`.
 * Throws CONFIG_INVALID for a column that the rows lack, or whose values are no single texts, numbers or booleans.
 */
export function checkPartitionBy(
  owner: string,
  by: readonly string[],
  fields: readonly Field[] | undefined,
): readonly string[] {
  if (!Array.isArray(by) || by.length === 0 || new Set(by).size < by.length) {
    throw invalid(`${owner} must be a list of different columns, one at least, got ${JSON.stringify(by)}`)
  }
  if (fields === undefined) throw invalid(`${owner} needs an input with a schema, whose columns it can name`)
  for (const name of by) checkColumn(owner, name, fields)
  return Object.freeze([...by])
}

function checkColumn(owner: string, name: string, fields: readonly Field[]): void {
  const field = fields.find((one) => one.name === name)
  if (field === undefined) {
    const names = fields.map((one) => `"${one.name}"`).join(', ')
    throw invalid(`${owner} names "${name}", which the input lacks; it has ${names}`)
  }
  if (keyKinds.includes(field.type.kind)) return
  throw invalid(`${owner} names "${name}", a column of ${field.type.kind}: expected texts, numbers or booleans`)
}

function invalid(message: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', message)
}
