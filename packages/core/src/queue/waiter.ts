import type { BatchGroup } from '../batch/batch-group.ts'
import type { BatchOutcome } from '../batch/batch-outcome.ts'
import type { BatchTimes } from '../batch/batch-times.ts'
import type { Span } from '../batch/span.ts'
import type { PipelineError } from '../errors/pipeline-error.ts'
import type { BatchWriter } from '../record-batch/batch-writer.ts'
import type { Capacity } from '../record-batch/capacity.ts'

/** The rows of one request, in whatever form they came: parsed JSON, Arrow columns, rows of an earlier stage. */
export interface RowSource {
  readonly rowCount: number
  /** What the queue charges for these rows until a thread has taken them. */
  readonly byteLength: number
  /** Appends rows `from` to `to` (exclusive), or none of them when they do not fit. */
  writeTo(writer: BatchWriter, from: number, to: number): boolean
  /** The room that rows `from` to `to` need in a slab of their own. */
  measure(from: number, to: number): Capacity
}

/**
 * Whoever waits for the outcome of a request's rows. Every accepted waiter hears of each row exactly once:
 * through `deliver`, span by span, or through one `fail`.
 */
export interface Waiter {
  readonly rows: RowSource
  readonly group: BatchGroup
  /** From submission to answer; then DEADLINE_EXCEEDED. */
  readonly timeoutMs: number
  /** The id that the client sent with the request, '' where it sent none. */
  readonly clientRequestId: string
  /** Tells the request from the server's others; its id is made of it where the client sent none. */
  readonly requestNumber: number
  /** The id as text, for log lines. */
  readonly requestId: string
  /** Raw query string, readable by the handler for each row; usually empty. */
  readonly query: string
  /** W3C trace context of the request; '' or left out where it is not traced. */
  readonly traceparent?: string
  /** Headers that the handler may read for each row; undefined for nearly all. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  deliver(outcome: BatchOutcome, span: Span): void
  /** Told behind `deliver`, to waiters that keep times. Valid only during the call. */
  timed?(span: Span, times: BatchTimes): void
  fail(error: PipelineError): void
}
