import type { Capacity } from '../record-batch/capacity.ts'
import type { BatchGroup } from './batch-group.ts'
import type { BatchRoom } from './formed-batch.ts'

/** Where the batcher gets memory. `undefined` means: none now, the batcher asks again after the next release. */
export interface RoomSource<R extends BatchRoom> {
  /** Room for an ordinary batch of the group. */
  open(group: BatchGroup): R | undefined
  /** Room for rows that fit no ordinary room. Throws BODY_TOO_LARGE where they could never fit. */
  openFor(group: BatchGroup, capacity: Capacity): R | undefined
  /** Empty room of the same shape as another. */
  openLike(room: R): R | undefined
  release(room: R): void
}
