import { PipelineError } from '../errors/pipeline-error.ts'
import type { Ticket } from '../queue/ticket.ts'
import type { RowSource } from '../queue/waiter.ts'
import type { BatchGroup } from './batch-group.ts'
import type { BatchList } from './batch-list.ts'
import type { BatchPolicy, CloseReason } from './batch-policy.ts'
import { cutHandedRows, type HandedPiece, type HandedRows } from './handed-rows.ts'
import { type BatchRoom, FormedBatch } from './formed-batch.ts'
import { isEmptyLane, type Lane } from './lane.ts'
import type { RoomSource } from './room-source.ts'

export interface AssemblyParts<R extends BatchRoom> {
  readonly policy: BatchPolicy
  readonly rooms: RoomSource<R>
  readonly waiting: BatchList<R>
  /** Rows of an earlier stage were copied to stand beside others. */
  readonly onJoined: (bytes: number) => void
}

/**
 * Writes rows into batches: one open batch a group, closed when it is full. Every batch it opens is listed in
 * `waiting`; when one may run is not decided here.
 */
export class Assembly<R extends BatchRoom> {
  readonly #policy: BatchPolicy
  readonly #rooms: RoomSource<R>
  readonly #waiting: BatchList<R>
  readonly #onJoined: (bytes: number) => void
  readonly #lanes = new Map<string, Lane<R>>()

  constructor(parts: AssemblyParts<R>) {
    const { policy, rooms, waiting, onJoined } = parts
    this.#policy = policy
    this.#rooms = rooms
    this.#waiting = waiting
    this.#onJoined = onJoined
  }

  lane(key: string): Lane<R> | undefined {
    return this.#lanes.get(key)
  }

  lanes(): Iterable<Lane<R>> {
    return this.#lanes.values()
  }

  /** Writes the rows of a new request, or queues them where they must wait. Throws BODY_TOO_LARGE. */
  enter(ticket: Ticket): Lane<R> {
    const { rows, group } = ticket.waiter
    const lane = this.#laneOf(group)
    const mustQueue = lane.backlog.length > 0 || this.#policy.split || rows.rowCount > this.#policy.maxRows
    if (mustQueue || !this.#place(lane, ticket, rows.rowCount)) {
      lane.backlog.push(ticket)
      this.refill(lane)
    }
    return lane
  }

  /** Lists rows of an earlier stage, as they lie there or copied behind those that wait for company. */
  adopt(handed: HandedRows<R>, nowMs: number): Lane<R> {
    const lane = this.#laneOf(handed.group)
    for (const piece of cutHandedRows(handed.tickets, this.#policy.maxRows)) {
      const batch = this.#joined(lane, handed, piece) ?? this.#adopted(lane, handed, piece, nowMs)
      for (const { ticket, rowCount } of piece.shares) ticket.place(batch, rowCount)
      if (lane.open === batch && batch.rowCount >= this.#policy.maxRows) close(lane, batch, 'rows')
    }
    return lane
  }

  /** Moves backlog into batches, one closed batch ahead of the slots, so that a huge request holds little memory. */
  refill(lane: Lane<R>): void {
    while (lane.backlog.length > 0 && lane.closedCount === 0) {
      const ticket = lane.backlog[0]
      if (!this.#place(lane, ticket, Math.min(ticket.unplacedRows, this.#portionRows(lane)))) return
      if (ticket.unplacedRows === 0) lane.backlog.shift()
    }
  }

  /** The batch leaves: a slot takes it, or nobody waits for it any more. */
  unlist(batch: FormedBatch<R>): Lane<R> | undefined {
    this.#waiting.remove(batch)
    const lane = this.#lanes.get(batch.group.key)
    if (lane === undefined) return undefined
    if (lane.open === batch) lane.open = undefined
    else lane.closedCount--
    this.forgetIfEmpty(lane)
    return lane
  }

  /** A closed batch waits again. */
  relist(batch: FormedBatch<R>): void {
    this.#laneOf(batch.group).closedCount++
    this.#waiting.insert(batch)
  }

  leaveBacklog(ticket: Ticket): void {
    const lane = this.#lanes.get(ticket.waiter.group.key)
    if (lane === undefined) return
    const place = lane.backlog.indexOf(ticket)
    if (place >= 0) lane.backlog.splice(place, 1)
    this.forgetIfEmpty(lane)
  }

  forgetIfEmpty(lane: Lane<R>): void {
    if (isEmptyLane(lane)) this.#lanes.delete(lane.group.key)
  }

  #laneOf(group: BatchGroup): Lane<R> {
    const known = this.#lanes.get(group.key)
    if (known !== undefined) return known
    const lane: Lane<R> = { group, open: undefined, closedCount: 0, backlog: [] }
    this.#lanes.set(group.key, lane)
    return lane
  }

  /** A batch that requests may share to the brim is filled to it; else only a request that exceeds a batch is cut. */
  #portionRows(lane: Lane<R>): number {
    return this.#policy.split && lane.open !== undefined
      ? this.#policy.maxRows - lane.open.rowCount
      : this.#policy.maxRows
  }

  /** Appends the ticket's next `rowCount` rows to the open batch, or to a fresh one. False: no memory now. */
  #place(lane: Lane<R>, ticket: Ticket, rowCount: number): boolean {
    const { rows } = ticket.waiter
    const from = rows.rowCount - ticket.unplacedRows
    const { open } = lane
    if (open !== undefined) {
      const hasRows = open.rowCount + rowCount <= this.#policy.maxRows
      if (hasRows && this.#append(open, rows, from, from + rowCount)) return this.#placed(lane, open, ticket, rowCount)
      close(lane, open, hasRows ? 'bytes' : 'rows')
    }
    const room = this.#roomWith(lane.group, rows, from, from + rowCount)
    if (room === undefined) return false
    const batch = new FormedBatch(lane.group, room, ticket.submittedAtMs)
    lane.open = batch
    this.#waiting.insert(batch)
    return this.#placed(lane, batch, ticket, rowCount)
  }

  #placed(lane: Lane<R>, batch: FormedBatch<R>, ticket: Ticket, rowCount: number): true {
    ticket.place(batch, rowCount)
    if (batch.rowCount >= this.#policy.maxRows) close(lane, batch, 'rows')
    return true
  }

  #append(batch: FormedBatch<R>, rows: RowSource, from: number, to: number): boolean {
    if (batch.room.isView && !this.#own(batch)) return false
    return rows.writeTo(batch.room.writer, from, to) && this.#isWithinBytes(batch)
  }

  #isWithinBytes({ room, rowCount }: FormedBatch<R>): boolean {
    if (this.#policy.maxBytes === Number.POSITIVE_INFINITY) return true
    if (room.writer.byteLength <= this.#policy.maxBytes) return true
    room.writer.truncate(rowCount)
    return false
  }

  /** Before others can stand beside rows that lie with an earlier stage, these are copied. False: no room for it now. */
  #own(batch: FormedBatch<R>): boolean {
    const room = this.#rooms.open(batch.group)
    if (room === undefined) return false
    if (!room.writer.appendRows(batch.room.input(batch.rowCount), 0, batch.rowCount)) {
      this.#rooms.release(room)
      return false
    }
    this.#onJoined(room.writer.byteLength)
    this.#rooms.release(batch.room)
    batch.room = room
    return true
  }

  /** The open batch, with the rows copied to its end; `undefined` where they must not or cannot join. */
  #joined(lane: Lane<R>, handed: HandedRows<R>, { start, rowCount }: HandedPiece): FormedBatch<R> | undefined {
    const { open } = lane
    if (!handed.joins || open === undefined || open.rowCount + rowCount > this.#policy.maxRows) return undefined
    if (open.room.isView && !this.#own(open)) return undefined
    const { writer } = open.room
    const bytesBefore = writer.byteLength
    if (!writer.appendRows(handed.batch, start, start + rowCount) || !this.#isWithinBytes(open)) return undefined
    this.#onJoined(writer.byteLength - bytesBefore)
    return open
  }

  /** A batch of its own, without a copy; others may join it later where that is wanted. */
  #adopted(lane: Lane<R>, handed: HandedRows<R>, { start, rowCount }: HandedPiece, nowMs: number): FormedBatch<R> {
    const batch = new FormedBatch(lane.group, handed.view(start, start + rowCount), nowMs)
    this.#waiting.insert(batch)
    if (handed.joins && rowCount < this.#policy.maxRows) {
      if (lane.open !== undefined) close(lane, lane.open, 'rows')
      lane.open = batch
    } else {
      batch.reason = rowCount < this.#policy.maxRows ? 'free' : 'rows'
      lane.closedCount++
    }
    return batch
  }

  #roomWith(group: BatchGroup, rows: RowSource, from: number, to: number): R | undefined {
    const room = this.#rooms.open(group)
    if (room === undefined || rows.writeTo(room.writer, from, to)) return room
    this.#rooms.release(room)
    const ample = this.#rooms.openFor(group, rows.measure(from, to))
    if (ample === undefined || rows.writeTo(ample.writer, from, to)) return ample
    this.#rooms.release(ample)
    throw new PipelineError('INTERNAL', `${to - from} rows do not fit the room that was measured for them`)
  }
}

function close<R extends BatchRoom>(lane: Lane<R>, batch: FormedBatch<R>, reason: CloseReason): void {
  batch.reason = reason
  lane.open = undefined
  lane.closedCount++
}
