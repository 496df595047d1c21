import type { Ticket } from '../queue/ticket.ts'
import type { Waiter } from '../queue/waiter.ts'
import type { FormedBatch } from './formed-batch.ts'

/** The rows of one waiter inside one batch. */
export interface Span {
  readonly waiter: Waiter
  readonly ticket: Ticket
  readonly batch: FormedBatch
  /** First row in the batch; changes only when holes before it are closed. */
  start: number
  readonly rowCount: number
  /** The waiter's own number of that first row; not 0 only where a request was split. */
  readonly firstRow: number
  /** False once the waiter has its outcome or gave up: a row is then dropped, before execution where possible. */
  isLive: boolean
}
