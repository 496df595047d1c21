import {
  BatchWriter,
  decodeStream,
  encodeBatches,
  type Field,
  layoutBatch,
  measureColumns,
  outputColumns,
  PipelineError,
  RecordBatch,
  writeColumns,
} from '@redesmyn/core'
import type { DataFrame } from 'nodejs-polars'

/** A frame is in memory already: what comes out of it needs no bound. */
const limits = { maxRows: Number.MAX_SAFE_INTEGER, maxBytes: Number.POSITIVE_INFINITY }

/** The rows of a frame as our batches, in order. */
export function batchesOfFrame(frame: DataFrame): readonly RecordBatch[] {
  const { fields, batches } = decodeStream(frame.writeIPCStream(), limits)
  return batches.length > 0 ? batches : [emptyBatch(fields)]
}

/** A frame of batches that all have these fields. Polars is loaded for the first one. */
export async function frameOfBatches(fields: readonly Field[], batches: readonly RecordBatch[]): Promise<DataFrame> {
  const { default: polars } = await import('nodejs-polars')
  // Polars takes no stream without a batch.
  const all = batches.length > 0 ? batches : [emptyBatch(fields)]
  return polars.readIPCStream(Buffer.concat(encodeBatches(fields, all)))
}

/** Rows as objects in one batch. Throws OUTPUT_SCHEMA_MISMATCH naming `owner`, row and column. */
export function batchOfRows(fields: readonly Field[], rows: readonly unknown[], owner: string): RecordBatch {
  const columns = outputColumns(fields, rows, owner)
  const layout = layoutBatch(fields, measureColumns(fields, columns, rows.length))
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  if (writeColumns(writer, columns, rows.length, owner)) return writer.batch()
  throw new PipelineError('INTERNAL', `${rows.length} rows do not fit the room that was measured for them`)
}

function emptyBatch(fields: readonly Field[]): RecordBatch {
  const layout = layoutBatch(fields, { rows: 0, variable: measureColumns(fields, {}, 0).variable })
  return new RecordBatch(layout, new ArrayBuffer(layout.byteLength), 0)
}
