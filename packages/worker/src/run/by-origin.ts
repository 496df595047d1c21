import type { RecordBatch, RowPicks } from '@redesmyn/core'

/** Rows that lie together, and which rows of the call they come from. */
export interface OriginRows {
  readonly batch: RecordBatch
  readonly from: number
  /** Exclusive. */
  readonly to: number
  /** By their number in the batch. */
  readonly originOf: (row: number) => number
}

/** Rows of several batches in the order of the rows they come from. */
export interface OrderedRows {
  readonly batches: readonly RecordBatch[]
  readonly picks: RowPicks
  /** By place. */
  readonly origins: Int32Array
}

/** By counting: each row's place is behind all rows of lower origins. Rows of one origin stay in their order. */
export function byOrigin(parts: readonly OriginRows[]): OrderedRows {
  const next = firstPlaces(parts)
  const rowCount = next[next.length - 1]
  const picks = { sources: new Int32Array(rowCount), rows: new Int32Array(rowCount) }
  const origins = new Int32Array(rowCount)
  const batches = [...new Set(parts.map(({ batch }) => batch))]
  for (const { batch, from, to, originOf } of parts) {
    const source = batches.indexOf(batch)
    for (let row = from; row < to; row++) {
      const origin = originOf(row)
      const place = next[origin]++
      picks.sources[place] = source
      picks.rows[place] = row
      origins[place] = origin
    }
  }
  return { batches, picks, origins }
}

/** By origin: where the first of its rows goes, and behind the last origin how many rows there are. */
function firstPlaces(parts: readonly OriginRows[]): Int32Array {
  let originCount = 0
  forEachOrigin(parts, (origin) => (originCount = Math.max(originCount, origin + 1)))
  const next = new Int32Array(originCount + 1)
  forEachOrigin(parts, (origin) => next[origin + 1]++)
  for (let origin = 0; origin < originCount; origin++) next[origin + 1] += next[origin]
  return next
}

function forEachOrigin(parts: readonly OriginRows[], look: (origin: number) => void): void {
  for (const { from, to, originOf } of parts) for (let row = from; row < to; row++) look(originOf(row))
}
