import type {
  BatchGroup,
  BatchOutcome,
  BatchTimes,
  PipelineError,
  RowSource,
  Span,
  Ticket,
  Waiter,
} from '@redesmyn/core'
import { type StreamReader, streamReaderOf } from '../stream/stream-reader.ts'

/** The request that the rows of a passage belong to. */
export interface PassageOwner {
  readonly waiter: Waiter
  /** Some of the rows have left the stage. */
  passed(passage: Passage, outcome: BatchOutcome, span: Span): void
  /** The stage has failed the request. */
  fail(passage: Passage, error: PipelineError): void
  /** Nobody waits for any of its rows. */
  cancel(): void
}

export interface PassageParts {
  readonly owner: PassageOwner
  /** Place of the stage in the pipeline, 0 for the ingress. */
  readonly stageIndex: number
  readonly rows: RowSource
  readonly group: BatchGroup
  /** The request's own number of the first of these rows. */
  readonly firstRow: number
}

/** Rows of one request in one stage of its pipeline: what the stage's batcher sees of it. */
export class Passage implements Waiter {
  readonly owner: PassageOwner
  readonly stageIndex: number
  readonly rows: RowSource
  readonly group: BatchGroup
  readonly firstRow: number
  readonly timeoutMs: number
  /** Rows of which this stage has not yet told the end. */
  openRows: number
  ticket: Ticket | undefined = undefined

  constructor({ owner, stageIndex, rows, group, firstRow }: PassageParts) {
    this.owner = owner
    this.stageIndex = stageIndex
    this.rows = rows
    this.group = group
    this.firstRow = firstRow
    this.timeoutMs = owner.waiter.timeoutMs
    this.openRows = rows.rowCount
  }

  get clientRequestId(): string {
    return this.owner.waiter.clientRequestId
  }

  get requestNumber(): number {
    return this.owner.waiter.requestNumber
  }

  get requestId(): string {
    return this.owner.waiter.requestId
  }

  get query(): string {
    return this.owner.waiter.query
  }

  get traceparent(): string {
    return this.owner.waiter.traceparent ?? ''
  }

  get headers(): Waiter['headers'] {
    return this.owner.waiter.headers
  }

  /** Where the last stage streams, whoever reads the request's events. */
  get stream(): StreamReader | undefined {
    return streamReaderOf(this.owner.waiter)
  }

  deliver(outcome: BatchOutcome, span: Span): void {
    this.openRows -= span.rowCount
    this.owner.passed(this, outcome, span)
  }

  timed(span: Span, times: BatchTimes): void {
    this.owner.waiter.timed?.(span, times)
  }

  fail(error: PipelineError): void {
    this.owner.fail(this, error)
  }
}
