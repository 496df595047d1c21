import type { Ticket } from '../queue/ticket.ts'
import type { BatchGroup } from './batch-group.ts'
import type { BatchRoom, FormedBatch } from './formed-batch.ts'

/** What waits under one batch key. It exists only while something does, so that old keys cost nothing. */
export interface Lane<R extends BatchRoom> {
  readonly group: BatchGroup
  /** The batch that later rows may still join. */
  open: FormedBatch<R> | undefined
  /** Closed batches of this lane that wait for a slot. */
  closedCount: number
  /** Requests with rows outside any batch, because they are split or because memory ran out; in order of arrival. */
  readonly backlog: Ticket[]
}

export function isEmptyLane<R extends BatchRoom>(lane: Lane<R>): boolean {
  return lane.open === undefined && lane.closedCount === 0 && lane.backlog.length === 0
}
