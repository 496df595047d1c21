import { PipelineError } from '../../errors/pipeline-error.ts'
import type { Field } from '../../schema/field.ts'
import { BatchWriter } from '../batch-writer.ts'
import type { Capacity } from '../capacity.ts'
import { layoutBatch } from '../layout.ts'
import { measureColumns } from '../output/write-columns.ts'
import type { RecordBatch } from '../record-batch.ts'
import { measurePicks } from './measure-picks.ts'
import type { RowPicks } from './row-picks.ts'

/** Rows that lie apart, each by its number, as one batch of these fields, by one copy into memory of its own. */
export function joinPicks(fields: readonly Field[], batches: readonly RecordBatch[], picks: RowPicks): RecordBatch {
  const { rows, variable } = batches.length === 0 ? measureColumns(fields, {}, 0) : roomForPicks(batches, picks)
  const layout = layoutBatch(fields, { rows, variable })
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  if (batches.length === 0 || writer.appendPicks(batches, picks)) return writer.batch()
  throw new PipelineError('INTERNAL', `${rows} rows do not fit the room that was measured for them`)
}

/** The exact room that rows by their numbers take. There is one batch at least, and all have the same columns. */
export function roomForPicks(batches: readonly RecordBatch[], picks: RowPicks): Capacity {
  const variable = batches[0].columns.flatMap((_, index) => {
    return measurePicks(
      batches.map((batch) => batch.columns[index]),
      picks,
    )
  })
  return { rows: picks.rows.length, variable }
}
