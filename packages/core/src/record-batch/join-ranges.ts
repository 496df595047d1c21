import { PipelineError } from '../errors/pipeline-error.ts'
import type { Field } from '../schema/field.ts'
import { BatchWriter } from './batch-writer.ts'
import { layoutBatch } from './layout.ts'
import { measureColumns } from './output/write-columns.ts'
import type { RecordBatch } from './record-batch.ts'

/** Rows `from` to `to` (exclusive) of a batch. */
export interface RowRange {
  readonly batch: RecordBatch
  readonly from: number
  readonly to: number
}

/** Rows that lie apart as one batch of these fields, in their order, by one copy into memory of its own. */
export function joinRanges(fields: readonly Field[], ranges: readonly RowRange[]): RecordBatch {
  const variable = [...measureColumns(fields, {}, 0).variable]
  let rows = 0
  for (const { batch, from, to } of ranges) {
    rows += to - from
    const sizes = batch.columns.flatMap((column) => column.measure(from, to))
    for (const [node, size] of sizes.entries()) variable[node] += size
  }
  const layout = layoutBatch(fields, { rows, variable })
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  for (const { batch, from, to } of ranges) {
    if (writer.appendColumns(batch.columns, from, to)) continue
    throw new PipelineError('INTERNAL', `${rows} rows do not fit the room that was measured for them`)
  }
  return writer.batch()
}

/** Rows of one batch by their numbers, ascending, as ranges. */
export function rangesOf(batch: RecordBatch, rows: readonly number[]): readonly RowRange[] {
  const ranges: RowRange[] = []
  let from = rows[0]
  for (const [index, row] of rows.entries()) {
    if (rows[index + 1] === row + 1) continue
    ranges.push({ batch, from, to: row + 1 })
    from = rows[index + 1] ?? 0
  }
  return ranges
}
