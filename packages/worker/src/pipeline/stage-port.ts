import type { Ticket, Waiter } from '@redesmyn/core'

/** A running stage as those who bring rows see it. */
export interface StagePort {
  /** Accepts rows or throws QUEUE_FULL, DRAINING, BODY_TOO_LARGE. The waiter hears of it later, never before this returns. */
  submit(waiter: Waiter): Ticket
  /** The client has gone: rows that have not begun are dropped, and the waiter hears nothing more. */
  cancel(ticket: Ticket): void
}
