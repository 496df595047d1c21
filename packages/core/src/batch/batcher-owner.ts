import type { Clock } from '../clock/clock.ts'
import type { QueueBounds } from '../queue/queue-bounds.ts'
import type { BatchPolicy } from './batch-policy.ts'
import type { BatchRoom, FormedBatch } from './formed-batch.ts'
import type { RoomSource } from './room-source.ts'

/** Who runs the batches. None of these may call back into the batcher at once. */
export interface BatcherOwner {
  /** There may be a batch to take now. */
  onReady(): void
  /** Rows of a batch that a slot holds were given up: it may be taken back if it has not begun. */
  onAbandoned(batch: FormedBatch): void
  /** Asked when the queue looks full: returns the batches that threads have begun meanwhile. */
  startedBatches(): Iterable<FormedBatch>
  onCopied(reason: 'holes' | 'join', bytes: number): void
  /** A waiter threw: a defect, which must not cost its neighbours their answers. */
  onDefect(error: unknown): void
}

export interface BatcherParts<R extends BatchRoom> {
  readonly policy: BatchPolicy
  readonly queue: QueueBounds
  readonly clock: Clock
  readonly rooms: RoomSource<R>
  readonly owner: BatcherOwner
}
