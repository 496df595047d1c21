import type { PipelineError } from '../errors/pipeline-error.ts'
import { keptRows } from '../handler/read-kept.ts'
import { joinPicks } from '../record-batch/picks/join-picks.ts'
import type { RecordBatch } from '../record-batch/record-batch.ts'
import type { Field } from '../schema/field.ts'

/** What came of some rows of a batch; `rejects` by their place among these. */
export interface PartedAnswer {
  /** Their numbers in the batch, ascending. */
  readonly rows: readonly number[]
  readonly batch: RecordBatch
  readonly rejects: ReadonlyMap<number, PipelineError>
}

/** Answers of rows that were apart in the order of the batch they came in, by one copy; of one alone as they are. */
export function joinParted(fields: readonly Field[], parted: readonly PartedAnswer[]) {
  const rejects = new Map<number, PipelineError>()
  for (const { rows, rejects: own } of parted) for (const [row, error] of own) rejects.set(rows[row], error)
  if (parted.length === 1) return { batch: parted[0].batch, rejects }
  const places = parted.flatMap(({ rows, rejects: own }, source) => {
    const kept = keptRows(rows.length, own) ?? rows.keys()
    return Array.from(kept, (row, at) => ({ row: rows[row], source, at }))
  })
  places.sort((one, other) => one.row - other.row)
  const picks = {
    sources: Int32Array.from(places, ({ source }) => source),
    rows: Int32Array.from(places, ({ at }) => at),
  }
  const batches = parted.map(({ batch }) => batch)
  return { batch: joinPicks(fields, batches, picks), rejects }
}
