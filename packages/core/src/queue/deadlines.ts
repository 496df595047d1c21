import type { Clock } from '../clock/clock.ts'
import type { Ticket, TicketList } from './ticket.ts'

/**
 * Tells when tickets expire with one timer for each distinct timeout, not one for each request: tickets of one
 * timeout expire nearly in the order they came, so only the first needs a timer, and leaving is unlinking.
 */
export class Deadlines {
  readonly #clock: Clock
  readonly #expire: (ticket: Ticket) => void
  readonly #lists = new Map<number, TicketList>()

  constructor(clock: Clock, expire: (ticket: Ticket) => void) {
    this.#clock = clock
    this.#expire = expire
  }

  /** Does nothing for a ticket that has all the time there is. */
  add(ticket: Ticket): void {
    if (ticket.expiresAtMs === Number.POSITIVE_INFINITY) return
    const { timeoutMs } = ticket.waiter
    let list = this.#lists.get(timeoutMs)
    if (list === undefined) {
      list = { first: undefined, last: undefined, cancelTimer: undefined, timerAtMs: 0 }
      this.#lists.set(timeoutMs, list)
    }
    insert(list, ticket)
    if (list.cancelTimer === undefined) this.#arm(list, ticket.submittedAtMs, ticket.expiresAtMs)
    else if (ticket.expiresAtMs < list.timerAtMs) {
      list.cancelTimer()
      this.#arm(list, ticket.submittedAtMs, ticket.expiresAtMs)
    }
  }

  /** Does nothing for a ticket that is not listed. */
  remove(ticket: Ticket): void {
    const { deadlines: list, earlier, later } = ticket
    if (list === undefined) return
    if (earlier === undefined) list.first = later
    else earlier.later = later
    if (later === undefined) list.last = earlier
    else later.earlier = earlier
    ticket.deadlines = undefined
    ticket.earlier = undefined
    ticket.later = undefined
  }

  /** Drops the timers; tickets that are still listed never expire. */
  stop(): void {
    for (const list of this.#lists.values()) list.cancelTimer?.()
    this.#lists.clear()
  }

  #arm(list: TicketList, nowMs: number, expiresAtMs: number): void {
    list.timerAtMs = expiresAtMs
    list.cancelTimer = this.#clock.after(Math.max(1, expiresAtMs - nowMs), () => {
      list.cancelTimer = undefined
      this.#sweep(list)
    })
  }

  /** The timer runs on after its ticket has left: a busy stage then re-arms once a timeout, not once a request. */
  #sweep(list: TicketList): void {
    const now = this.#clock.now()
    while (list.first !== undefined && list.first.expiresAtMs <= now) {
      const ticket = list.first
      this.remove(ticket)
      this.#expire(ticket)
    }
    if (list.first !== undefined && list.cancelTimer === undefined) {
      this.#arm(list, now, list.first.expiresAtMs)
    }
  }
}

/** Nearly always at the end: only rows that an earlier stage handed on may have overtaken others. */
function insert(list: TicketList, ticket: Ticket): void {
  let earlier = list.last
  while (earlier !== undefined && earlier.expiresAtMs > ticket.expiresAtMs) earlier = earlier.earlier
  const later = earlier === undefined ? list.first : earlier.later
  ticket.deadlines = list
  ticket.earlier = earlier
  ticket.later = later
  if (earlier === undefined) list.first = ticket
  else earlier.later = ticket
  if (later === undefined) list.last = ticket
  else later.earlier = ticket
}
