import type { ErrorCode, Placement, RecordBatch, WayStats } from '@redesmyn/core'
import type { Contract } from './contract.ts'

/** The way to a stage that is reached over one placement: open, until it is closed. */
export interface Between<P extends Placement = Placement> {
  readonly placement: P
  readonly guarantees: Guarantees
  /**
   * Tells what the sender has and wants, and answers what the stage takes and gives. Rejects with SCHEMA_MISMATCH naming
   * the columns where these do not go together. No batch is sent before it has answered.
   */
  hello(want: Contract, signal: AbortSignal): Promise<Contract>
  /** Waits for room for so many bytes, in turn. Rejects with the signal's reason, or with DRAINING after `close`. */
  acquire(bytes: number, signal: AbortSignal): Promise<Credit>
  /**
   * Runs one batch. Rows that fail on their own are in the reply's `rejects`. Rejects with SCHEMA_MISMATCH where the batch
   * lacks columns, and nothing is run then; with what the stage throws, naming it in `details.stage`; with the signal's
   * reason; with DEADLINE_EXCEEDED where no time is left; with DRAINING after `close`.
   */
  call(batch: RecordBatch, context: CallContext): Promise<Reply>
  /** `drain` waits for calls that were begun, `abort` fails them with DRAINING. Closing twice is closing once. */
  close(mode: 'drain' | 'abort'): Promise<void>
  /** For metrics, where there is something to tell. */
  stats?(): WayStats
}

export interface Guarantees {
  readonly delivery: 'at-most-once' | 'at-least-once'
  readonly order: 'none' | 'key' | 'total'
}

/** Room for a batch on its way. */
export interface Credit {
  /** Gives it back; a second time does nothing. */
  release(): void
}

export interface CallContext {
  readonly signal: AbortSignal
  /** Milliseconds that are left, from when the call is made. `Infinity`: no limit. */
  readonly deadlineMs: number
  /** 1 for the first. */
  readonly attempt: number
  /** Equal for every attempt at the same rows. */
  readonly idempotencyKey: string
  /** W3C trace context; undefined where nothing is traced. */
  readonly traceparent: string | undefined
  /** Values of the partition that all rows belong to, and of the path's parameters: `context.params` of the handler. */
  readonly partition: Readonly<Record<string, string>>
}

export interface Reply {
  /** In the order of the rows that gave it, without those that were rejected. Its memory is the receiver's. */
  readonly batch: RecordBatch
  /** By row, ascending; a row comes once. */
  readonly rejects: readonly CallReject[]
  /** How long the stage took, without the way there and back. */
  readonly serverTimingMs: number
  readonly carried: Carried
}

export interface CallReject {
  /** Of the call's batch, from 0. */
  readonly row: number
  readonly code: ErrorCode
  readonly message: string
}

/** For traces: how the batch travelled. */
export interface Carried {
  readonly transport: 'local' | 'unix' | 'http' | 'queue'
  /** Bytes that were written for the way there and back: 0 where both sides look at the same memory. */
  readonly serialisedBytes: number
}
