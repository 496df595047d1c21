import { PipelineError } from '../errors/pipeline-error.ts'
import type { Field } from '../schema/field.ts'
import { BatchWriter } from './batch-writer.ts'
import { layoutBatch } from './layout.ts'
import { measureBatch } from './measure-batch.ts'
import { measureColumns } from './output/write-columns.ts'
import type { RecordBatch } from './record-batch.ts'

/** Batches of these fields as one, by one copy; one alone as it is. */
export function joinBatches(fields: readonly Field[], batches: readonly RecordBatch[]): RecordBatch {
  if (batches.length === 1) return batches[0]
  const variable = [...measureColumns(fields, {}, 0).variable]
  let rows = 0
  for (const batch of batches) {
    rows += batch.rowCount
    for (const [node, size] of measureBatch(batch).variable.entries()) variable[node] += size
  }
  const layout = layoutBatch(fields, { rows, variable })
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  for (const { columns, rowCount } of batches) {
    if (writer.appendColumns(columns, 0, rowCount)) continue
    throw new PipelineError('INTERNAL', `${rows} rows do not fit the room that was measured for them`)
  }
  return writer.batch()
}
