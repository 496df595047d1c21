import type { PipelineError } from '../errors/pipeline-error.ts'
import { keptRows } from '../handler/read-kept.ts'
import { joinRanges, type RowRange } from '../record-batch/join-ranges.ts'
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
  const places = parted.flatMap(({ rows, batch, rejects: own }) => {
    const kept = keptRows(rows.length, own) ?? rows.keys()
    return Array.from(kept, (row, at) => ({ row: rows[row], batch, at }))
  })
  places.sort((one, other) => one.row - other.row)
  return { batch: joinRanges(fields, together(places)), rejects }
}

/** Rows that lie one behind the other in one batch are copied at once. */
function together(places: readonly { readonly batch: RecordBatch; readonly at: number }[]): readonly RowRange[] {
  const ranges: { readonly batch: RecordBatch; readonly from: number; to: number }[] = []
  for (const { batch, at } of places) {
    const last = ranges.at(-1)
    if (last?.batch === batch && last.to === at) last.to++
    else ranges.push({ batch, from: at, to: at + 1 })
  }
  return ranges
}
