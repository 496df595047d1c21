import type { Cancel, Clock } from '../clock/clock.ts'
import { PipelineError } from '../errors/pipeline-error.ts'
import { Admission } from '../queue/admission.ts'
import { Deadlines } from '../queue/deadlines.ts'
import { Ticket } from '../queue/ticket.ts'
import type { Waiter } from '../queue/waiter.ts'
import { Assembly } from './assembly.ts'
import type { BatchGroup } from './batch-group.ts'
import { BatchList } from './batch-list.ts'
import type { BatcherOwner, BatcherParts } from './batcher-owner.ts'
import type { BatchOutcome } from './batch-outcome.ts'
import type { BatchPolicy, CloseReason } from './batch-policy.ts'
import { closeHoles } from './close-holes.ts'
import type { BatchRoom, FormedBatch } from './formed-batch.ts'
import type { HandedRows } from './handed-rows.ts'
import type { Lane } from './lane.ts'
import type { RoomSource } from './room-source.ts'
import type { Span } from './span.ts'

/**
 * Arrivals in, batches out. Rows are written into the open batch of their group as they come; a batch closes when it
 * is full, when `take` finds it due, or when the stage drains. It knows no thread, and no time but the clock's.
 */
export class Batcher<R extends BatchRoom> {
  readonly #policy: BatchPolicy
  readonly #clock: Clock
  readonly #rooms: RoomSource<R>
  readonly #owner: BatcherOwner
  readonly #admission: Admission
  readonly #deadlines: Deadlines
  readonly #waiting = new BatchList<R>()
  readonly #assembly: Assembly<R>
  #cancelDue: Cancel | undefined
  #isDraining = false

  constructor(parts: BatcherParts<R>) {
    const { policy, clock, rooms, owner, queue } = parts
    this.#policy = policy
    this.#clock = clock
    this.#rooms = rooms
    this.#owner = owner
    const onJoined = (bytes: number): void => owner.onCopied('join', bytes)
    this.#assembly = new Assembly({ policy, rooms, waiting: this.#waiting, onJoined })
    this.#deadlines = new Deadlines(clock, (ticket) => this.#expire(ticket))
    this.#admission = new Admission(queue, () => {
      for (const batch of owner.startedBatches()) this.started(batch)
    })
  }

  /** Rows that no thread has taken yet. */
  get queuedRows(): number {
    return this.#admission.rows
  }

  get queuedBytes(): number {
    return this.#admission.bytes
  }

  /** Nothing waits, in a batch or outside. */
  get isEmpty(): boolean {
    return this.#waiting.oldest === undefined && this.#admission.rows === 0
  }

  /** Accepts a request or throws QUEUE_FULL, DRAINING or BODY_TOO_LARGE. */
  submit(waiter: Waiter): Ticket {
    if (this.#isDraining) throw new PipelineError('DRAINING', 'the stage takes no more rows, it is draining')
    this.#admission.admit(waiter.rows.rowCount, waiter.rows.byteLength)
    const ticket = new Ticket(waiter, this.#clock.now())
    try {
      this.#announce(this.#assembly.enter(ticket))
    } catch (error) {
      this.#withdraw(ticket)
      throw error
    }
    this.#deadlines.add(ticket)
    return ticket
  }

  /**
   * Keeps room in the queue for rows that an earlier stage is about to accept, so that they find it when they come:
   * whoever is full refuses them here, before any stage has worked on them. Throws QUEUE_FULL or DRAINING.
   */
  reserve(rowCount: number): void {
    if (this.#isDraining) throw new PipelineError('DRAINING', 'the stage takes no more rows, it is draining')
    this.#admission.admit(rowCount, 0)
  }

  /** Rows that room was kept for will not come. */
  unreserve(rowCount: number): void {
    this.#admission.release(rowCount, 0)
  }

  /** Takes rows of an earlier stage, for which room was kept; also while it drains. */
  handOn(handed: HandedRows<R>): void {
    const lane = this.#assembly.adopt(handed, this.#clock.now())
    for (const ticket of handed.tickets) this.#deadlines.add(ticket)
    this.#announce(lane)
  }

  /** The waiter wants no answer any more; it hears nothing further. */
  cancel(ticket: Ticket): void {
    if (!ticket.isLive) return
    this.#deadlines.remove(ticket)
    this.#withdraw(ticket)
  }

  /** An answer that comes in parts has begun: from here on its time is the waiter's to watch. */
  readonly answering = (ticket: Ticket): void => this.#deadlines.remove(ticket)

  /** The oldest batch that is due and that the caller can run, closed now if it was open. */
  take(accepts?: (group: BatchGroup) => boolean): FormedBatch<R> | undefined {
    let batch = this.#waiting.oldest
    while (batch !== undefined) {
      const { newer } = batch
      if (batch.liveRows === 0) this.#discard(batch)
      else if (this.#canLeave(batch, accepts)) return batch
      batch = newer
    }
    return undefined
  }

  /** The groups that wait, the one with the oldest row first. A group comes once for each of its batches. */
  *waitingBatches(): Generator<FormedBatch<R>> {
    for (let batch = this.#waiting.oldest; batch !== undefined; batch = batch.newer) yield batch
  }

  /** A batch that was taken but never began waits again, in its old place. */
  giveBack(batch: FormedBatch<R>): void {
    if (batch.liveRows === 0) {
      this.retire(batch)
      return
    }
    this.#assembly.relist(batch)
    this.#owner.onReady()
  }

  /** A thread has begun the batch: its rows count as queued no longer. Calling it again does nothing. */
  started(batch: FormedBatch): void {
    this.#admission.release(batch.queuedRows, batch.queuedBytes)
    batch.queuedRows = 0
    batch.queuedBytes = 0
  }

  /** Hands every row that somebody waits for its outcome. The room stays the caller's, until `retire`. */
  deliver(batch: FormedBatch<R>, outcome: BatchOutcome): void {
    this.started(batch)
    for (const span of batch.spans) {
      if (!span.isLive) continue
      span.isLive = false
      const { ticket } = span
      ticket.openRows -= span.rowCount
      if (ticket.openRows === 0) {
        ticket.isLive = false
        this.#deadlines.remove(ticket)
      }
      try {
        ticket.waiter.deliver(outcome, span)
      } catch (error) {
        this.#owner.onDefect(error)
      }
    }
  }

  /** Fails every request that has a row in the batch. */
  fail(batch: FormedBatch<R>, error: PipelineError): void {
    this.started(batch)
    for (const span of [...batch.spans]) if (span.isLive) this.#failTicket(span.ticket, error)
  }

  /** The batch is over: its room goes back, and rows that waited for memory may enter. */
  retire(batch: FormedBatch<R>): void {
    this.#rooms.release(batch.room)
    for (const lane of this.#assembly.lanes()) if (lane.backlog.length > 0) this.#refill(lane)
  }

  /** Fails all that waits under one key, for instance because its model cannot be loaded. */
  failGroup(key: string, error: PipelineError): void {
    const lane = this.#assembly.lane(key)
    if (lane === undefined) return
    for (const ticket of [...lane.backlog]) this.#failTicket(ticket, error)
    for (const batch of [...this.waitingBatches()]) if (batch.group.key === key) this.fail(batch, error)
  }

  /** Takes no more rows; what waits is due at once. */
  drain(): void {
    this.#isDraining = true
    this.#owner.onReady()
  }

  /** Fails whatever still waits and drops all timers. */
  stop(error: PipelineError): void {
    this.#isDraining = true
    for (const lane of [...this.#assembly.lanes()]) this.failGroup(lane.group.key, error)
    for (const batch of [...this.waitingBatches()]) this.#discard(batch)
    this.#cancelDue?.()
    this.#cancelDue = undefined
    this.#deadlines.stop()
  }

  #canLeave(batch: FormedBatch<R>, accepts: ((group: BatchGroup) => boolean) | undefined): boolean {
    const reason = batch.reason ?? this.#dueReason(batch)
    if (reason === undefined || (accepts !== undefined && !accepts(batch.group))) return false
    const copiedBytes = closeHoles(batch, this.#rooms)
    if (copiedBytes === undefined) return false
    if (copiedBytes > 0) this.#owner.onCopied('holes', copiedBytes)
    batch.reason = reason
    this.#leave(batch)
    return true
  }

  #discard(batch: FormedBatch<R>): void {
    this.#leave(batch)
    this.#rooms.release(batch.room)
  }

  #leave(batch: FormedBatch<R>): void {
    const lane = this.#assembly.unlist(batch)
    if (lane !== undefined && lane.backlog.length > 0) this.#refill(lane)
  }

  #dueReason(batch: FormedBatch<R>): CloseReason | undefined {
    if (this.#isDraining) return 'drain'
    if (batch.rowCount >= this.#policy.minRows) return 'free'
    return this.#clock.now() >= batch.oldestAtMs + this.#policy.maxDelayMs ? 'delay' : undefined
  }

  /** Something joined the lane: tell the owner, or make sure that time will. */
  #announce(lane: Lane<R>): void {
    const isDue = lane.closedCount > 0 || (lane.open !== undefined && this.#dueReason(lane.open) !== undefined)
    if (isDue) this.#owner.onReady()
    else this.#armDue()
  }

  /** One timer a stage, for the oldest open batch that still waits for company. */
  #armDue(): void {
    if (this.#cancelDue !== undefined) return
    let batch = this.#waiting.oldest
    while (batch !== undefined && (batch.reason ?? this.#dueReason(batch)) !== undefined) batch = batch.newer
    if (batch === undefined) return
    const delayMs = batch.oldestAtMs + this.#policy.maxDelayMs - this.#clock.now()
    this.#cancelDue = this.#clock.after(delayMs, () => {
      this.#cancelDue = undefined
      this.#owner.onReady()
      this.#armDue()
    })
  }

  /** Outside `submit` nobody can catch a refusal, so it fails the request that caused it. */
  #refill(lane: Lane<R>): void {
    try {
      this.#assembly.refill(lane)
    } catch (error) {
      const [ticket] = lane.backlog
      const internal = (): PipelineError =>
        new PipelineError('INTERNAL', 'a batch could not be filled', { cause: error })
      this.#failTicket(ticket, error instanceof PipelineError ? error : internal())
    }
    this.#announce(lane)
  }

  #expire(ticket: Ticket): void {
    const { timeoutMs } = ticket.waiter
    this.#failTicket(ticket, new PipelineError('DEADLINE_EXCEEDED', 'inference timeout', { details: { timeoutMs } }))
  }

  #failTicket(ticket: Ticket, error: PipelineError): void {
    if (!ticket.isLive) return
    this.#deadlines.remove(ticket)
    this.#withdraw(ticket)
    try {
      ticket.waiter.fail(error)
    } catch (defect) {
      this.#owner.onDefect(defect)
    }
  }

  /** Takes the ticket's rows out of every batch and of the queue's account. */
  #withdraw(ticket: Ticket): void {
    ticket.isLive = false
    for (const span of ticket.spans()) if (span.isLive) this.#drop(span)
    if (ticket.unplacedRows === 0) return
    const firstRow = ticket.waiter.rows.rowCount - ticket.unplacedRows
    this.#admission.release(ticket.unplacedRows, ticket.queuedBytes(firstRow, ticket.unplacedRows))
    this.#assembly.leaveBacklog(ticket)
  }

  #drop(span: Span): void {
    const { batch, rowCount, firstRow, ticket } = span
    span.isLive = false
    batch.liveRows -= rowCount
    if (batch.queuedRows > 0) {
      const bytes = ticket.queuedBytes(firstRow, rowCount)
      this.#admission.release(rowCount, bytes)
      batch.queuedRows -= rowCount
      batch.queuedBytes -= bytes
    }
    if (!batch.isListed) this.#owner.onAbandoned(batch)
    else if (batch.liveRows === 0) this.#owner.onReady()
  }
}
