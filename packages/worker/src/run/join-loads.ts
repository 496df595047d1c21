import type { RowRange } from '@redesmyn/core'
import type { StageRooms } from '../pipeline/stage-rooms.ts'
import { gatherRows } from './gather-rows.ts'
import { type Load, originOf } from './load.ts'

/** Where a row of the whole lies. */
interface RowPlaces {
  /** By place: which of the loads. */
  readonly loads: Int32Array
  /** By place: its number there. */
  readonly rows: Int32Array
  readonly origins: Int32Array
}

/**
 * Rows that went through the stages apart in the order of the rows they come from, by one copy. No two loads have rows of
 * the same origin. `originCount`: rows of the call.
 */
export function joinLoads(loads: readonly Load[], originCount: number, rooms: StageRooms): Load | undefined {
  if (loads.length <= 1) return loads[0]
  const places = placesOf(loads, originCount)
  return { source: gatherRows(rangesOf(loads, places), rooms), origins: places.origins }
}

/** By counting: each row's place is behind all rows of lower origins. */
function placesOf(loads: readonly Load[], originCount: number): RowPlaces {
  const next = new Int32Array(originCount + 1)
  for (const load of loads) forEachOrigin(load, (origin) => next[origin + 1]++)
  for (let origin = 0; origin < originCount; origin++) next[origin + 1] += next[origin]
  const rowCount = next[originCount]
  const places = {
    loads: new Int32Array(rowCount),
    rows: new Int32Array(rowCount),
    origins: new Int32Array(rowCount),
  }
  for (const [index, load] of loads.entries()) {
    forEachOrigin(load, (origin, row) => {
      const place = next[origin]++
      places.loads[place] = index
      places.rows[place] = row
      places.origins[place] = origin
    })
  }
  return places
}

function forEachOrigin(load: Load, look: (origin: number, row: number) => void): void {
  const { rowCount } = load.source.batch
  for (let row = 0; row < rowCount; row++) look(originOf(load, row), row)
}

/** Rows that lie one behind the other are copied at once. */
function rangesOf(loads: readonly Load[], { loads: indexes, rows }: RowPlaces): readonly RowRange[] {
  const ranges: RowRange[] = []
  for (let place = 0; place < rows.length; ) {
    const index = indexes[place]
    const from = rows[place]
    let count = 1
    while (place + count < rows.length && indexes[place + count] === index && rows[place + count] === from + count) {
      count++
    }
    ranges.push({ batch: loads[index].source.batch, from, to: from + count })
    place += count
  }
  return ranges
}
