import type { RecordBatch } from '@redesmyn/core'
import type { CallReject } from '../handoff/between.ts'
import type { Contract } from '../handoff/contract.ts'
import type { CallHead } from '../wire/call-head.ts'

/**
 * Stages at work for senders elsewhere, whatever they come over: a Unix socket, HTTP, standard input. It checks, counts,
 * joins and bounds calls; listeners read and write bytes.
 */
export interface StageService {
  /** One for each stage that is offered. */
  readonly contracts: readonly Contract[]
  readonly state: 'starting' | 'ready' | 'draining' | 'stopped'
  /**
   * Compares what a sender has and wants with what the stage takes and gives. Throws SCHEMA_MISMATCH naming the columns,
   * and ROUTE_NOT_FOUND for a stage that is not offered.
   */
  hello(want: Contract): Contract
  /**
   * Room for a batch of so many bytes, asked for before they are read. Throws QUEUE_FULL, DRAINING or BODY_TOO_LARGE,
   * all with `details.notExecuted`; the room is given back by `release`, once.
   */
  admit(stage: string, bytes: number): Admission
  /** For `cascade-credits`: bytes that could be admitted now. */
  readonly freeBytes: number
  /** What its stages and calls have come to, in Prometheus' text format. */
  metrics(): string
  /** Takes no more calls; resolves when those it took are answered. */
  drain(): Promise<void>
  /** Ends now. */
  stop(): Promise<void>
}

export interface Admission {
  /**
   * Runs one batch. Its columns are those of a sender, wider ones and more of them are taken as `hello` says. Its memory
   * may be any, is read where it lies if it is shared, and must not be written again: a thread may read it for as long as
   * it takes, and a reply may lie in it. Rejects with SCHEMA_MISMATCH, with what the stage throws (`details.stage`), with
   * DEADLINE_EXCEEDED, or with the signal's reason. What ran nothing says so in `details.notExecuted`.
   */
  call(batch: RecordBatch, head: CallHead, signal: AbortSignal): Promise<ServedReply>
  release(): void
}

export interface ServedReply {
  /** Valid until `release`. */
  readonly batch: RecordBatch
  readonly rejects: readonly CallReject[]
  readonly serverTimingMs: number
  /** To be called once, when the bytes have left the process. */
  release(): void
}
