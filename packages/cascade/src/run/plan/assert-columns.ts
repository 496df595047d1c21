import { type Field, PipelineError } from '@redesmyn/core'
import { typeProblems } from '../../source/blocks/column-plan.ts'
import type { FileFacts } from '../../source/source-format.ts'

/**
 * Throws SCHEMA_MISMATCH for a file without columns that rows must have, or with some of a type that cannot be taken,
 * before any row is read. Texts say nothing of their columns.
 */
export function assertColumns({ path, columns }: FileFacts, fields: readonly Field[]): void {
  if (columns === undefined) return
  const missing = fields
    .filter(({ name, isNullable }) => !isNullable && !columns.some((column) => column.name === name))
    .map(({ name }) => name)
  if (missing.length > 0) {
    const names = missing.map((name) => `"${name}"`).join(', ')
    throw mismatch(path, `lacks ${names}, it has ${columns.map(({ name }) => `"${name}"`).join(', ')}`, missing)
  }
  const problems = typeProblems(fields, columns)
  if (problems.length > 0) throw mismatch(path, `does not fit the schema: ${problems.join(', ')}`, problems)
}

function mismatch(file: string, problem: string, columns: readonly string[]): PipelineError {
  return new PipelineError('SCHEMA_MISMATCH', `file "${file}" ${problem}`, { details: { file, columns } })
}
