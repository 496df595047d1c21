import type { RecordBatch } from '@redesmyn/core'
import type { CallContext, Reply } from '../handoff/between.ts'
import type { Contract } from '../handoff/contract.ts'

/**
 * One process that runs a stage, as its sender sees it: an address, and whatever connections there are to it. It makes
 * each call once: whether another is made, and where, is decided by who holds the instances.
 *
 * Errors of `hello` and `call`, beside those that the stage's process tells: HANDOFF_FAILED where the way there broke or
 * could not be opened, with `details` as in `HandoffFailure`; BETWEEN_UNSUPPORTED where what answers there does not speak
 * the protocol, or speaks another version of it; the signal's reason, at once, and the stage's process is told.
 */
export interface Instance {
  /** For logs, metrics and errors: without secrets. */
  readonly address: string
  /** Opens the way where it is not open, and compares contracts. Rejects with SCHEMA_MISMATCH naming the columns. */
  hello(want: Contract, signal: AbortSignal): Promise<Contract>
  call(batch: RecordBatch, context: CallContext): Promise<Reply>
  /** `drain` waits for calls that were begun, `abort` fails them with DRAINING. Closing twice is closing once. */
  close(mode: 'drain' | 'abort'): Promise<void>
}

/** `details` of errors on the way to a stage, and of those by which its process refuses a call. */
export interface HandoffFailure {
  readonly stage: string
  /** `address` of the instance. */
  readonly instance: string
  /** The stage has not seen any of the rows: the call may be made again whatever the stage's effects are. */
  readonly notExecuted?: true
  /** How long the process asks to be left alone. */
  readonly retryAfterMs?: number
}
