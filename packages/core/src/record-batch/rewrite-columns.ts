import { PipelineError } from '../errors/pipeline-error.ts'
import type { Field } from '../schema/field.ts'
import { BatchWriter } from './batch-writer.ts'
import { layoutBatch } from './layout.ts'
import type { RecordBatch } from './record-batch.ts'
import type { ColumnSource } from './vectors/column-vector.ts'

/**
 * A batch of its own, of exactly the size it needs, filled from columns of any kind: one for each field, in the same
 * order. Throws BODY_TOO_LARGE where that would take more than `maxBytes`.
 */
export function rewriteColumns(
  fields: readonly Field[],
  sources: readonly ColumnSource[],
  rowCount: number,
  maxBytes: number,
): RecordBatch {
  const variable = sources.flatMap((source) => source.measure(0, rowCount))
  const layout = layoutBatch(fields, { rows: rowCount, variable })
  if (layout.byteLength > maxBytes) {
    throw new PipelineError('BODY_TOO_LARGE', `the columns take ${layout.byteLength} bytes, more than ${maxBytes}`)
  }
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  if (writer.appendColumns(sources, 0, rowCount)) return writer.batch()
  throw new PipelineError('INTERNAL', 'columns do not fit the room that was measured for them')
}
