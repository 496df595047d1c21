import type { BatchWriter } from '../record-batch/batch-writer.ts'
import type { RecordBatch } from '../record-batch/record-batch.ts'
import type { BatchGroup } from './batch-group.ts'
import type { CloseReason } from './batch-policy.ts'
import type { Span } from './span.ts'

/** The memory that a batch forms in. */
export interface BatchRoom {
  readonly writer: BatchWriter
  /** Whether the rows lie in the memory of an earlier stage, where nothing can be added to them. */
  readonly isView: boolean
  /** The rows, wherever they lie. */
  input(rowCount: number): RecordBatch
}

/** A batch on its way: open while it has no `reason`, then closed, then run by a slot. */
export class FormedBatch<R extends BatchRoom = BatchRoom> {
  readonly group: BatchGroup
  /** Monotonic milliseconds at which the oldest row was submitted. */
  readonly oldestAtMs: number
  readonly spans: Span[] = []
  room: R
  rowCount = 0
  /** Rows whose waiter still waits. */
  liveRows = 0
  /** What the queue charges for this batch until a thread takes it. */
  queuedRows = 0
  queuedBytes = 0
  reason: CloseReason | undefined = undefined
  /** Links of the list of batches that wait for a slot. */
  older: FormedBatch<R> | undefined = undefined
  newer: FormedBatch<R> | undefined = undefined
  isListed = false
  /** When it was given to a slot, in monotonic milliseconds. */
  sentAtMs = 0
  /** W3C trace context of its run, where one of its requests is traced. */
  traceparent: string | undefined = undefined

  constructor(group: BatchGroup, room: R, oldestAtMs: number) {
    this.group = group
    this.room = room
    this.oldestAtMs = oldestAtMs
  }

  add(span: Span, queuedBytes: number): void {
    this.spans.push(span)
    this.rowCount += span.rowCount
    this.liveRows += span.rowCount
    this.queuedRows += span.rowCount
    this.queuedBytes += queuedBytes
  }
}
