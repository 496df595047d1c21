import { PipelineError } from '../../errors/pipeline-error.ts'
import type { Field } from '../../schema/field.ts'
import { BatchWriter } from '../batch-writer.ts'
import { layoutBatch } from '../layout.ts'
import type { RecordBatch } from '../record-batch.ts'
import type { HandlerColumns } from './column-sources.ts'
import { measureColumns, writeColumns } from './write-columns.ts'

export interface OutputRows {
  readonly columns: HandlerColumns
  readonly rowCount: number
  /** For messages. */
  readonly stage: string
}

/**
 * A handler's columns in memory of their own, of exactly the size they take. Throws OUTPUT_SCHEMA_MISMATCH and
 * HANDLER_OUTPUT_MISMATCH.
 */
export function writeOutput(fields: readonly Field[], { columns, rowCount, stage }: OutputRows): RecordBatch {
  const layout = layoutBatch(fields, measureColumns(fields, columns, rowCount))
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  if (writeColumns(writer, columns, rowCount, stage)) return writer.batch()
  throw new PipelineError('INTERNAL', `${rowCount} rows do not fit the room that was measured for them`)
}
