import {
  type BatchLayout,
  BatchWriter,
  compileRecordSchema,
  encodeBatches,
  layoutBatch,
  measureColumns,
  RecordBatch,
  writeColumns,
} from '@redesmyn/core'
import { Compression, Table, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm'
import type { TripColumns } from './draw-trips.ts'
import { Trip } from './trip.ts'

const { fields } = compileRecordSchema(Trip, 'trips')

/** One Parquet file, snappy, whose row groups are these. */
export function tripsToParquet(groups: readonly TripColumns[]): Uint8Array {
  const batches = groups.map(toBatch)
  const table = Table.fromIPCStream(Buffer.concat(encodeBatches(fields, batches)))
  const groupRows = Math.max(...batches.map(({ rowCount }) => rowCount))
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.SNAPPY)
    .setMaxRowGroupSize(groupRows)
    .build()
  // Both arguments are given up to the writer, which frees them.
  return writeParquet(table, properties)
}

function toBatch(columns: TripColumns): RecordBatch {
  const rowCount = columns.trip_id.length
  const layout: BatchLayout = layoutBatch(fields, measureColumns(fields, columns, rowCount))
  const buffer = new ArrayBuffer(layout.byteLength)
  writeColumns(new BatchWriter(layout, buffer), columns, rowCount, 'trips')
  return new RecordBatch(layout, buffer, rowCount)
}
