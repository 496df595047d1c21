import {
  type BatchGroup,
  type BatchOutcome,
  PipelineError,
  type ReplyHead,
  type RowSource,
  type Span,
  type Ticket,
  type Waiter,
} from '@redesmyn/core'
import { keepAliveText, sseErrorText } from '../stream/sse-text.ts'
import type { StreamFlow, StreamReader, StreamWaiter } from '../stream/stream-reader.ts'
import { errorStatus, publicMessage } from './error-reply.ts'
import type { Exchange, ReplyHeader, ReplyStream, ReplyStreamReader } from './exchange.ts'
import { constantHeader } from './header-text.ts'
import { chosenStatus, withChosenHeaders } from './reply-headers.ts'
import type { ServingContext } from './serving-context.ts'
import { type StreamLimits, StreamTimes } from './stream-times.ts'
import { toPipelineError } from './to-pipeline-error.ts'

export interface StreamedAnswerParts {
  /** Answers by itself what goes wrong before the first event. */
  readonly request: Waiter
  readonly exchange: Exchange
  readonly context: ServingContext
  readonly limits: StreamLimits
}

/** The last is for proxies that would gather events before they pass them on. */
const streamHeaders: readonly ReplyHeader[] = [
  constantHeader('content-type', 'text/event-stream'),
  constantHeader('cache-control', 'no-cache'),
  constantHeader('x-accel-buffering', 'no'),
]

/** The answer of one request as server-sent events. */
export class StreamedAnswer implements StreamWaiter, StreamReader, ReplyStreamReader {
  readonly stream: StreamReader = this
  ticket: Ticket | undefined
  readonly #parts: StreamedAnswerParts
  readonly #submittedAtMs: number
  #head: ReplyHead = {}
  #reply: ReplyStream | undefined
  #times: StreamTimes | undefined
  #flow: StreamFlow | undefined
  /** Characters that the socket has not taken. */
  #waitingChars = 0
  #isOver = false

  constructor(parts: StreamedAnswerParts) {
    this.#parts = parts
    this.#submittedAtMs = parts.context.clock.now()
  }

  get rows(): RowSource {
    return this.#parts.request.rows
  }

  get group(): BatchGroup {
    return this.#parts.request.group
  }

  /** Until the first event. */
  get timeoutMs(): number {
    return this.#parts.request.timeoutMs
  }

  get clientRequestId(): string {
    return this.#parts.request.clientRequestId
  }

  get requestNumber(): number {
    return this.#parts.request.requestNumber
  }

  get requestId(): string {
    return this.#parts.request.requestId
  }

  get query(): string {
    return this.#parts.request.query
  }

  /** Of an earlier stage in a pipeline, which has refused the row: nothing else is delivered to a stream. */
  deliver(outcome: BatchOutcome, { start }: Span): void {
    this.fail(outcome.errorOf(start) ?? new PipelineError('INTERNAL', 'a stream was answered with rows'))
  }

  onHead(head: ReplyHead): void {
    this.#head = head
  }

  onEvents(text: string, flow: StreamFlow): void {
    if (this.#isOver) return
    this.#flow = flow
    const reply = this.#reply ?? this.#open()
    if (reply === undefined) return
    this.#times?.moved()
    if (reply.write(text)) flow.taken(text.length)
    else this.#waitingChars += text.length
  }

  /** A stream without events is an answer all the same. */
  onEnd(text: string): void {
    if (this.#isOver) return
    const reply = this.#reply ?? this.#open()
    this.#close()
    reply?.end(text)
  }

  /** After the first event the status is sent already: an event tells of the error, and is the last. */
  fail(error: PipelineError): void {
    if (this.#isOver) return
    const reply = this.#reply
    this.#close()
    if (reply === undefined) {
      this.#parts.request.fail(error)
      return
    }
    reply.end(sseErrorText(errorStatus(error), publicMessage(error)))
    this.#report(error)
  }

  onDrain(): void {
    const chars = this.#waitingChars
    if (this.#isOver || chars === 0) return
    this.#waitingChars = 0
    this.#times?.moved()
    this.#flow?.taken(chars)
  }

  onGone(): void {
    if (this.#isOver) return
    this.#close()
    this.#cancel()
  }

  #open(): ReplyStream | undefined {
    const { exchange, context, limits } = this.#parts
    try {
      const status = chosenStatus(this.#head)
      const headers = withChosenHeaders([...streamHeaders, ['x-request-id', this.requestId]], this.#head)
      this.#reply = exchange.openReply(status, headers, this)
      context.answers.count(status)
    } catch (error) {
      this.#cancel()
      this.fail(toPipelineError(error))
      return undefined
    }
    if (this.#reply === undefined) {
      this.#isOver = true
      this.#cancel()
      return undefined
    }
    this.#times = new StreamTimes({
      clock: context.clock,
      limits,
      submittedAtMs: this.#submittedAtMs,
      onSilence: () => this.#keepAlive(),
      onExpired: (limit) => this.#expire(limit),
    })
    return this.#reply
  }

  /** A client that does not read needs no sign of life. */
  #keepAlive(): void {
    if (this.#waitingChars === 0) this.#reply?.write(keepAliveText)
  }

  #expire(limit: 'idle' | 'total'): void {
    const { idleTimeoutMs, totalTimeoutMs } = this.#parts.limits
    const details = limit === 'idle' ? { streamIdleTimeoutMs: idleTimeoutMs } : { streamTimeoutMs: totalTimeoutMs }
    const error = new PipelineError('DEADLINE_EXCEEDED', 'inference timeout', { details })
    if (this.#waitingChars > 0) {
      // Who has not read so far will not read of the error either, and holds memory.
      this.#report(error)
      this.#reply?.cut()
      return
    }
    this.#cancel()
    this.fail(error)
  }

  #report(error: PipelineError): void {
    const { failures, endpoint } = this.#parts.context
    const { requestId, group } = this
    failures.report({ error, requestId, endpoint: endpoint.path, modelKey: group.model?.key })
  }

  #cancel(): void {
    if (this.ticket !== undefined) this.#parts.context.stage.cancel(this.ticket)
  }

  #close(): void {
    this.#isOver = true
    this.#times?.stop()
  }
}
