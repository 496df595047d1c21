import type { Field } from '../schema/field.ts'
import { joinRanges } from './join-ranges.ts'
import type { RecordBatch } from './record-batch.ts'

/** Batches of these fields as one, by one copy; one alone as it is. */
export function joinBatches(fields: readonly Field[], batches: readonly RecordBatch[]): RecordBatch {
  if (batches.length === 1) return batches[0]
  return joinRanges(
    fields,
    batches.map((batch) => ({ batch, from: 0, to: batch.rowCount })),
  )
}
