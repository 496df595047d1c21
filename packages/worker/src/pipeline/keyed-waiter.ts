import type { BatchGroup, BatchOutcome, BatchTimes, PipelineError, RowSource, Span, Waiter } from '@redesmyn/core'
import type { RowParty } from './row-parting.ts'

export interface KeyedWaiterParts {
  readonly waiter: Waiter
  /** Rows by the waiter's own numbers. */
  readonly party: RowParty
  readonly source: RowSource
  /** The rest of the request is not wanted any more. */
  readonly onFail: () => void
}

/** What a bucket adds to the key of a group. Names and values of parameters hold no NUL, a model has two before it. */
export function bucketKey(bucket: string): string {
  return `\0\0\0${bucket}`
}

/** The rows of a request that may share a call, waiting on its behalf. */
export class KeyedWaiter implements Waiter {
  readonly rows: RowSource
  readonly group: BatchGroup
  readonly #parts: KeyedWaiterParts

  constructor(parts: KeyedWaiterParts) {
    const { waiter, party, source } = parts
    const { key, params } = waiter.group
    const { bucket, values } = party
    this.rows = source
    this.group = { ...waiter.group, key: `${key}${bucketKey(bucket)}`, params: { ...params, ...values }, bucket }
    this.#parts = parts
  }

  get timeoutMs(): number {
    return this.#parts.waiter.timeoutMs
  }

  get clientRequestId(): string {
    return this.#parts.waiter.clientRequestId
  }

  get requestNumber(): number {
    return this.#parts.waiter.requestNumber
  }

  get requestId(): string {
    return this.#parts.waiter.requestId
  }

  get query(): string {
    return this.#parts.waiter.query
  }

  get traceparent(): string {
    return this.#parts.waiter.traceparent ?? ''
  }

  get headers(): Waiter['headers'] {
    return this.#parts.waiter.headers
  }

  /** Rows that lie together in the batch may lie apart in the request. */
  deliver(outcome: BatchOutcome, span: Span): void {
    const { waiter, party } = this.#parts
    const { rows } = party
    if (rows.length === waiter.rows.rowCount) return waiter.deliver(outcome, span)
    const end = span.firstRow + span.rowCount
    let first = span.firstRow
    for (let index = first + 1; index <= end; index++) {
      if (index < end && rows[index] === rows[index - 1] + 1) continue
      const start = span.start + first - span.firstRow
      waiter.deliver(outcome, { ...span, start, rowCount: index - first, firstRow: rows[first] })
      first = index
    }
  }

  timed(span: Span, times: BatchTimes): void {
    this.#parts.waiter.timed?.(span, times)
  }

  fail(error: PipelineError): void {
    const { waiter, onFail } = this.#parts
    onFail()
    waiter.fail(error)
  }
}
