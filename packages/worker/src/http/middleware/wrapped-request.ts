import {
  type Cancel,
  fromErrorData,
  type Middleware,
  type MiddlewareReply,
  type MiddlewareRequest,
  PipelineError,
  type RequestChange,
  toErrorData,
} from '@redesmyn/core'
import { errorReply } from '../error-reply.ts'
import type { Exchange, ReplyHeader } from '../exchange.ts'
import { headerNames } from '../header-text.ts'
import { chosenStatus, withChosenHeaders } from '../reply-headers.ts'
import type { PathParams } from '../router.ts'
import type { ServingContext } from '../serving-context.ts'
import { acceptRequestId } from '../../observe/request-ids.ts'
import { type BodyRecords, readBodyRecords, writeBodyRecords } from './body-records.ts'
import { HeldBody } from './held-body.ts'
import { type InnerHead, InnerExchange } from './inner-exchange.ts'

export interface WrappedRequestParts {
  readonly use: readonly Middleware[]
  readonly context: ServingContext
  /** The endpoint itself. Never throws. */
  readonly serve: (exchange: Exchange, params: PathParams) => void
  /** Once, when the answer is written; undefined: the client has gone. */
  readonly onEnd: (status: number | undefined) => void
}

/** One request with middleware around it: its head as it was, its body held until somebody asks. */
export class WrappedRequest implements MiddlewareRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly params: PathParams
  readonly requestId: string
  readonly remoteAddress: string
  readonly state: Record<string, unknown> = {}
  readonly #parts: WrappedRequestParts
  readonly #exchange: Exchange
  readonly #rawQuery: string
  readonly #body: HeldBody
  readonly #controller = new AbortController()
  #change: RequestChange = {}
  #records: Promise<BodyRecords> | undefined
  #query: URLSearchParams | undefined
  #cancelTimer: Cancel | undefined
  #onGone: (() => void) | undefined
  #isServing = false
  #isOver = false

  constructor(parts: WrappedRequestParts, exchange: Exchange, params: PathParams) {
    const { requestIds } = parts.context
    this.method = exchange.method
    this.path = exchange.path
    this.headers = exchange.headers()
    this.params = params
    this.requestId = acceptRequestId(exchange.header(headerNames.requestId)) || requestIds.text(requestIds.next())
    this.remoteAddress = exchange.remoteAddress()
    this.#parts = parts
    this.#exchange = exchange
    this.#rawQuery = exchange.query
    this.#body = new HeldBody({ onArrived: () => this.#limitTime(), onGone: () => this.#gone() })
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#rawQuery)
    return this.#query
  }

  get endpoint(): string {
    return this.#parts.context.endpoint.path
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  async body(): Promise<Uint8Array> {
    const { body } = this.#change
    if (body === undefined) return await this.#body.bytes()
    return typeof body === 'string' ? Buffer.from(body) : body
  }

  async records(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    if (this.#change.records !== undefined) return this.#change.records
    const { records } = await this.#readRecords()
    return records
  }

  /** Begins to take the body in, and calls the first middleware. */
  start(): void {
    this.#exchange.readBody(this.#parts.context.bodyLimits, this.#body)
    void this.#call(0).then((reply) => this.#answer(reply))
  }

  /** Never rejects. */
  async #call(index: number): Promise<MiddlewareReply> {
    const middleware = this.#parts.use[index]
    if (middleware === undefined) return await this.#serve()
    let isCalled = false
    const next = async (change: RequestChange = {}): Promise<MiddlewareReply> => {
      if (isCalled) throw new PipelineError('LIFECYCLE_MISUSE', 'middleware calls next once at most')
      isCalled = true
      this.#change = { ...this.#change, ...change }
      return await this.#call(index + 1)
    }
    try {
      return checkReply(await middleware(this, next))
    } catch (thrown) {
      return this.#errorReply(fromErrorData(toErrorData(thrown, 'HANDLER_ERROR')))
    }
  }

  /** Whoever has gone gets no answer, but what middleware does behind `next` is done all the same. */
  async #serve(): Promise<MiddlewareReply> {
    const change = await this.#changedBody()
    // From here on the endpoint keeps the time.
    this.#isServing = true
    this.#cancelTimer?.()
    return await new Promise((resolve) => {
      const onReply = (reply: MiddlewareReply) => {
        this.#isServing = false
        this.#limitTime()
        resolve(reply)
      }
      this.#onGone = () => resolve(this.#errorReply(new PipelineError('CLIENT_GONE', 'the client has gone')))
      if (this.#controller.signal.aborted) this.#onGone()
      const passBody = (reader: Parameters<HeldBody['passTo']>[0]) => {
        if (change === undefined) this.#body.passTo(reader)
        else reader.onBody(change, 'front-end')
      }
      this.#parts.serve(new InnerExchange({ head: this.#innerHead(), passBody, onReply }), this.params)
    })
  }

  /** The body that middleware put in the place of the client's, as bytes. */
  async #changedBody(): Promise<Uint8Array | undefined> {
    const { body, records } = this.#change
    if (records !== undefined) {
      // What is known of the client's own body decides the form; a body that is no JSON has no form to keep.
      const { isSingle } = await this.#readRecords().catch(() => ({ isSingle: false }))
      return Buffer.from(writeBodyRecords({ records, isSingle }))
    }
    return typeof body === 'string' ? Buffer.from(body) : body
  }

  #innerHead(): InnerHead {
    const { method, path, headers, requestId, remoteAddress } = this
    const isRewritten = this.#change.records !== undefined
    const changed = { ...headers, 'x-request-id': requestId, ...(isRewritten && rewrittenHeaders) }
    return { method, path, query: this.#rawQuery, headers: changed, remoteAddress }
  }

  #readRecords(): Promise<BodyRecords> {
    const { exact } = this.#parts.context.records
    this.#records ??= this.body().then((bytes) => readBodyRecords(bytes, this.headers, exact))
    return this.#records
  }

  /** Before the endpoint and behind it middleware has the time of a request each. */
  #limitTime(): void {
    const { clock, requestTimeoutMs } = this.#parts.context
    this.#cancelTimer?.()
    if (this.#isOver || this.#isServing) return
    this.#cancelTimer = clock.after(requestTimeoutMs, () => {
      const error = new PipelineError('DEADLINE_EXCEEDED', 'middleware took too long', {
        details: { timeoutMs: requestTimeoutMs },
      })
      this.#controller.abort(error)
      this.#answer(this.#errorReply(error))
    })
  }

  #answer({ status, headers, body }: MiddlewareReply): void {
    if (!this.#end(status)) return
    this.#exchange.reply(status, Object.entries(headers), body)
  }

  #gone(): void {
    this.#controller.abort(new PipelineError('CLIENT_GONE', 'the client has gone'))
    this.#end(undefined)
    this.#onGone?.()
  }

  #end(status: number | undefined): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#cancelTimer?.()
    this.#parts.onEnd(status)
    return true
  }

  #errorReply(error: PipelineError): MiddlewareReply {
    const { failures, endpoint } = this.#parts.context
    const { requestId } = this
    failures.report({ error, requestId, endpoint: endpoint.path, modelKey: undefined })
    const { status, headers, body } = errorReply(error, requestId)
    return { status, headers: Object.fromEntries(headers), body }
  }
}

const rewrittenHeaders = { 'content-type': 'application/json', 'content-encoding': '' }

/** Throws HANDLER_ERROR for what cannot be sent. */
function checkReply(reply: unknown): MiddlewareReply {
  if (!isReply(reply)) throw new PipelineError('HANDLER_ERROR', 'middleware must return a reply: status, headers, body')
  const { status, headers, body } = reply
  const sendable: readonly ReplyHeader[] = withChosenHeaders([], { headers })
  return {
    status: chosenStatus({ status }),
    headers: Object.fromEntries(sendable.map(([name, value]) => [name, value])),
    body,
  }
}

function isReply(reply: unknown): reply is MiddlewareReply {
  if (typeof reply !== 'object' || reply === null) return false
  if (!('status' in reply && 'headers' in reply && 'body' in reply)) return false
  const { headers, body } = reply
  return typeof headers === 'object' && headers !== null && (typeof body === 'string' || body instanceof Uint8Array)
}
