import type { ReplyHead } from '../batch/batch-outcome.ts'
import type { Clock } from '../clock/clock.ts'
import type { ErrorCode } from '../errors/error-table.ts'
import type { HandlerMetrics } from './handler-metrics.ts'
import type { Log } from './log.ts'
import type { Provider } from './provider.ts'

/** A model that a thread has loaded. */
export interface LoadedModel {
  readonly key: string
  readonly version: string
}

/** Stands for the model of a stage that has none: nothing can be done with it. */
export interface NoModel {
  readonly '~none': never
}

/** What a handler knows and may say beside its rows. Rows are numbered from 0 within the batch. */
export interface HandlerContext<M = NoModel> {
  /** What the endpoint's model cache loaded for the path's parameters; the same for every row of the batch. */
  readonly model: M
  /**
   * Fails one row with an error of its own; the first call for a row counts. Output is still returned for every row,
   * and that of a rejected row ignored; where all rows are rejected nothing that is returned is looked at.
   */
  reject(row: number, code: ErrorCode, message: string): void
  /** Status and headers for the answer of one row; only for requests of one record. */
  reply(row: number, head: ReplyHead): void
  /** Aborts when nobody waits for any row of the batch any more: their time is over, or their clients have gone. */
  readonly signal: AbortSignal
  /** Milliseconds that were left, when the handler was called, for the row that has least. */
  readonly deadlineMs: number
  /** Values of the path's `{parameters}`; the same for every row of the batch. */
  readonly params: Readonly<Record<string, string>>
  /** Query parameters of the request that brought this row. */
  query(row: number): URLSearchParams
  requestId(row: number): string
  /** A header of the request that brought this row, '' where it has none: only those that the endpoint's `headers` lists. */
  header(row: number, name: string): string
  /** The models that this thread holds now. */
  models(): readonly LoadedModel[]
  /** What a provider has made for this thread. Throws HANDLER_ERROR where neither stage nor app names the provider. */
  get<T>(provider: Provider<T>): T
  readonly stage: string
  /** 1 for the first thread of the stage. */
  readonly slot: number
  /** The most rows that a batch of this stage has. */
  readonly maxRows: number
  readonly log: Log
  /** Counters, gauges and histograms of the handler's own, in `/metrics`. */
  readonly metrics: HandlerMetrics
  /** All waiting goes through it, so that tests need not wait. */
  readonly clock: Clock
  /** 1 for the first time these rows are run. */
  readonly attempt: number
  /**
   * W3C trace context of this batch, for calls that are made for all of its rows; undefined where nothing is traced. A
   * batch of one request belongs to that request's trace, one of several has a trace of its own that links to theirs.
   */
  readonly traceparent: string | undefined
  /** W3C trace context of the request that brought this row, or undefined. */
  traceparentOf(row: number): string | undefined
  /**
   * Equal for every attempt at the same rows and another for other rows, wherever the stage runs; the caller's own in a
   * direct call, and undefined where it gave none.
   */
  readonly idempotencyKey: string | undefined
}
