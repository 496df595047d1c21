import { BatchWriter, layoutBatch, measureBatch, PipelineError, type RecordBatch } from '@redesmyn/core'
import type { RowBlock } from '@redesmyn/worker'

/** The rows of a batch where threads can read them: where they lie if that is shared memory, else by one copy. */
export function rowBlockOf(batch: RecordBatch): RowBlock {
  const { buffer, fields, layout, rowCount } = batch
  if (!(buffer instanceof SharedArrayBuffer)) return copyOf(batch)
  return { buffer, fields, layout, rowCount, capacity: { rows: rowCount, variable: [] } }
}

function copyOf(batch: RecordBatch): RowBlock {
  const { fields, rowCount } = batch
  const capacity = measureBatch(batch)
  const layout = layoutBatch(fields, capacity)
  const buffer = new SharedArrayBuffer(layout.byteLength)
  if (new BatchWriter(layout, buffer).appendRows(batch, 0, rowCount)) return { buffer, fields, capacity, rowCount }
  throw new PipelineError('INTERNAL', `${rowCount} rows do not fit the room that was measured for them`)
}
