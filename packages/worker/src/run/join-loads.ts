import type { StageRooms } from '../pipeline/stage-rooms.ts'
import { byOrigin } from './by-origin.ts'
import { gatherPicks } from './gather-rows.ts'
import { type Load, originOf } from './load.ts'

/**
 * Rows that went through the stages apart in the order of the rows they come from, by one copy. No two loads have rows of
 * the same origin.
 */
export function joinLoads(loads: readonly Load[], rooms: StageRooms): Load | undefined {
  if (loads.length <= 1) return loads[0]
  const { batches, picks, origins } = byOrigin(
    loads.map((load) => {
      const { batch } = load.source
      return { batch, from: 0, to: batch.rowCount, originOf: (row) => originOf(load, row) }
    }),
  )
  return { source: gatherPicks(batches, picks, rooms), origins }
}
