import { type Field, findMisfits, PipelineError, RecordBatch } from '@redesmyn/core'

/**
 * The columns of a batch that a stage takes, in its order: views of the same bytes. Columns that nobody takes stay here.
 * Throws SCHEMA_MISMATCH naming the columns that are missing or are others.
 */
export function fitBatch(batch: RecordBatch, taken: readonly Field[], stage: string): RecordBatch {
  const columns = findMisfits(batch.fields, taken)
  if (columns.length > 0) {
    throw new PipelineError('SCHEMA_MISMATCH', `a batch does not fit stage "${stage}": ${columns.join(', ')}`, {
      details: { stage, columns, notExecuted: true },
    })
  }
  if (areInOrder(batch.fields, taken)) return batch
  const { layout, buffer, rowCount } = batch
  const picked = taken.flatMap(({ name }) => layout.columns.filter(({ field }) => field.name === name))
  return new RecordBatch({ ...layout, fields: picked.map(({ field }) => field), columns: picked }, buffer, rowCount)
}

function areInOrder(given: readonly Field[], taken: readonly Field[]): boolean {
  return given.length === taken.length && given.every(({ name }, index) => name === taken[index].name)
}
