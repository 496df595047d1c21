import type { Cancel } from '../clock/clock.ts'
import type { FormedBatch } from '../batch/formed-batch.ts'
import type { Span } from '../batch/span.ts'
import type { Waiter } from './waiter.ts'

/** A request's place in a stage: its deadline, and where its rows are. */
export class Ticket {
  readonly waiter: Waiter
  readonly submittedAtMs: number
  readonly expiresAtMs: number
  /** False once the waiter was answered or gave up. */
  isLive = true
  /** Rows whose outcome is still open. */
  openRows: number
  /** Rows that are in no batch yet. */
  unplacedRows: number
  /** Where the placed rows are. Most requests have one span; only those that were split have `moreSpans`. */
  span: Span | undefined
  moreSpans: Span[] | undefined
  /** The deadline list this ticket is in, and its links. */
  deadlines: TicketList | undefined
  earlier: Ticket | undefined
  later: Ticket | undefined

  /** `expiresAtMs` where the request's time began to run in an earlier stage. */
  constructor(waiter: Waiter, nowMs: number, expiresAtMs = nowMs + waiter.timeoutMs) {
    const { rowCount } = waiter.rows
    this.waiter = waiter
    this.openRows = rowCount
    this.unplacedRows = rowCount
    this.submittedAtMs = nowMs
    this.expiresAtMs = expiresAtMs
    this.span = undefined
    this.moreSpans = undefined
    this.deadlines = undefined
    this.earlier = undefined
    this.later = undefined
  }

  /** Records that the next `rowCount` rows were appended to `batch`. */
  place(batch: FormedBatch, rowCount: number): void {
    const firstRow = this.waiter.rows.rowCount - this.unplacedRows
    const span: Span = {
      waiter: this.waiter,
      ticket: this,
      batch,
      start: batch.rowCount,
      rowCount,
      firstRow,
      isLive: true,
    }
    this.unplacedRows -= rowCount
    batch.add(span, this.queuedBytes(firstRow, rowCount))
    if (this.span === undefined) {
      this.span = span
      return
    }
    this.moreSpans ??= []
    this.moreSpans.push(span)
  }

  /** The part of the request's bytes that the queue charges for some of its rows; parts add up to the whole. */
  queuedBytes(firstRow: number, rowCount: number): number {
    const { byteLength, rowCount: total } = this.waiter.rows
    if (rowCount === total) return byteLength
    return Math.floor((byteLength * (firstRow + rowCount)) / total) - Math.floor((byteLength * firstRow) / total)
  }

  *spans(): Generator<Span> {
    if (this.span !== undefined) yield this.span
    if (this.moreSpans !== undefined) yield* this.moreSpans
  }
}

/** Tickets of one timeout, the one that expires first in front: see deadlines.ts. */
export interface TicketList {
  first: Ticket | undefined
  last: Ticket | undefined
  cancelTimer: Cancel | undefined
  /** When the timer fires, where there is one. */
  timerAtMs: number
}
