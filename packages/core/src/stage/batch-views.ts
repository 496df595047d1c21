import type { RecordBatch as ArrowBatch } from 'apache-arrow'
import type { DataFrame } from 'nodejs-polars'
import type { RecordBatch } from '../record-batch/record-batch.ts'

/** The parts of a handler's batch that need Arrow's or Polars' own packages, for direct calls of stages that use them. */
export interface BatchViews {
  toArrow(batch: RecordBatch): ArrowBatch
  toPolars(batch: RecordBatch): DataFrame
  /** What a handler returned, Arrow tables and Polars frames as columns, anything else as it is. */
  readOutput(returned: unknown): unknown
}
