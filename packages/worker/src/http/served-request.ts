import {
  type BatchGroup,
  type BatchOutcome,
  type BatchTimes,
  type BatchWriter,
  type Capacity,
  type Field,
  JsonRows,
  measureRecords,
  type ModelRef,
  PipelineError,
  type RowSource,
  type Span,
  type Ticket,
  type Waiter,
} from '@redesmyn/core'
import type { Answer } from './answer.ts'
import type { BodyCodec, ReadBody } from './codec/body-codec.ts'
import type { RequestFormats } from './codec/request-formats.ts'
import { decodeJsonBody } from './decode-json-body.ts'
import { errorStatus, replyError } from './error-reply.ts'
import type { BodyReader, BytesOwner, Exchange, ReplyBody, ReplyHeader } from './exchange.ts'
import { headerNames } from './header-text.ts'
import { timeoutOf } from './read-deadline.ts'
import { readLargeBody } from './large-body.ts'
import { acceptsProblem, type BodyFormat } from './media-type.ts'
import { openAnswer, singleRow } from './open-answer.ts'
import { ownBytes } from './own-bytes.ts'
import { chosenStatus, jsonHeaders, textHeaders, traceHeader, withChosenHeaders, withId } from './reply-headers.ts'
import { acceptRequestId } from '../observe/request-ids.ts'
import type { RequestTrace } from '../observe/trace/trace-context.ts'
import type { PathParams } from './router.ts'
import type { ServingContext } from './serving-context.ts'
import { toPipelineError } from './to-pipeline-error.ts'

/** Larger bodies are parsed in a thread of their own: this much JSON takes about 3 ms. */
const maxInlineBytes = 256 * 1024
const clientGone = 499

/**
 * One request from its head to its answer. It reads the body, it is the source of the row where the body is a single
 * record, and it waits for the outcome: one object for all of it, because every request pays for each.
 */
export class ServedRequest implements BodyReader, RowSource, Waiter {
  readonly rowCount = 1
  byteLength = 0
  rows: RowSource = this
  group: BatchGroup
  readonly timeoutMs: number
  readonly query: string
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly clientRequestId: string
  readonly requestNumber: number
  readonly #context: ServingContext
  readonly #exchange: Exchange
  readonly #params: PathParams
  readonly #formats: RequestFormats
  #record: unknown = undefined
  /** Only where the answer is not one JSON object. */
  #answer: Answer | undefined = undefined
  #ticket: Ticket | undefined = undefined
  /** See `TimedRequest`. */
  status = 0
  begunAtMs = 0
  modelMs = 0
  readonly trace: RequestTrace | undefined
  #isOver = false

  /** Reads the headers. Throws MEDIA_TYPE_UNSUPPORTED. */
  constructor(context: ServingContext, exchange: Exchange, params: PathParams) {
    this.group = context.groups.plain
    this.timeoutMs = timeoutOf(context, exchange)
    this.query = exchange.query
    this.#context = context
    this.#exchange = exchange
    this.#params = params
    const accept = exchange.header(headerNames.accept)
    if (acceptsProblem(accept)) exchange.errorForm = 'problem'
    this.contentType = exchange.header(headerNames.contentType)
    this.#formats = context.formats.formatsOf(this.contentType, accept)
    this.headers = context.headers?.read(exchange)
    this.requestNumber = context.requestIds.next()
    this.clientRequestId = acceptRequestId(exchange.header(headerNames.requestId))
    this.trace = context.tracer?.begin(exchange.header(headerNames.traceparent))
  }

  /** The client's, else one that is made when it is asked for. */
  get requestId(): string {
    return this.clientRequestId || this.#context.requestIds.text(this.requestNumber)
  }

  get traceparent(): string {
    return this.trace === undefined ? '' : this.trace.traceparent
  }

  get endpoint(): string {
    return this.#context.endpoint.path
  }

  get modelKey(): string | undefined {
    return this.group.model?.key
  }

  get submittedAtMs(): number | undefined {
    return this.#ticket?.submittedAtMs
  }

  onBody(bytes: Uint8Array, owner: BytesOwner): void {
    this.begunAtMs = this.#context.clock.sinceMs()
    try {
      const format = this.#formats.body
      if (typeof format === 'object') this.#readCoded(format, bytes, owner)
      else if (bytes.byteLength === 0) this.#readNothing()
      else if (bytes.byteLength > maxInlineBytes) void this.#readElsewhere(format, ownBytes(bytes, owner))
      else if (format === 'json') this.#readJson(bytes)
      else {
        // The rows are views, and may wait longer than a front end lends its bytes.
        const { fields, rows } = this.#context.arrow.read(ownBytes(bytes, owner))
        this.#enterMany(rows, fields, undefined)
      }
    } catch (error) {
      this.fail(toPipelineError(error))
    }
  }

  onRefused(error: PipelineError): void {
    this.fail(error)
  }

  onGone(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { answers, times, clock } = this.#context
    this.status = clientGone
    answers.count(clientGone)
    times.left(this, clock.now())
    if (this.#ticket !== undefined) this.#context.stage.cancel(this.#ticket)
  }

  writeTo(writer: BatchWriter): boolean {
    return writer.append(this.#record)
  }

  measure(): Capacity {
    return measureRecords(this.group.fields, [this.#record], 0, 1)
  }

  deliver(outcome: BatchOutcome, span: Span): void {
    if (this.#isOver) return
    try {
      if (this.#answer === undefined) this.#replyOne(outcome, span.start)
      else if (this.#answer.take(outcome, span)) this.#replyAll(this.#answer)
    } catch (error) {
      this.#replyError(toPipelineError(error))
    }
  }

  timed(span: Span, batch: BatchTimes): void {
    this.#context.times.served(this, span, batch)
  }

  fail(error: PipelineError): void {
    if (this.#isOver) return
    this.#replyError(error)
    this.#timedNow()
  }

  #replyError(error: PipelineError): void {
    if (this.#isOver) return
    this.#isOver = true
    const { answers, failures, endpoint } = this.#context
    const { requestId } = this
    this.status = errorStatus(error)
    answers.count(this.status)
    replyError(this.#exchange, error, requestId, this.trace && traceHeader(this.trace.traceparent))
    failures.report({ error, requestId, endpoint: endpoint.path, modelKey: this.modelKey, trace: this.trace })
  }

  /** It was answered without the outcome of a batch. */
  #timedNow(): void {
    this.#context.times.ended(this, this.#context.clock.now())
  }

  #readNothing(): void {
    if (this.#context.endpoint.config.emptyBody !== 'answer')
      throw new PipelineError('BODY_MALFORMED', 'no data provided')
    this.#reply(200, textHeaders, 'no data provided')
    this.#timedNow()
  }

  #readJson(bytes: Uint8Array): void {
    const { records, groups } = this.#context
    const body = decodeJsonBody(bytes, records.exact)
    if (Array.isArray(body)) {
      const read = records.readMany(body, this.#onInvalid)
      const fields = groups.fieldsOf(read.records)
      this.#enterMany(new JsonRows(read.records, fields, bytes.byteLength), fields, read.nullRows)
      return
    }
    this.#record = records.readOne(body)
    this.byteLength = bytes.byteLength
    this.#enterOne(groups.declared ?? groups.fieldsOf([this.#record]))
  }

  #readCoded(codec: BodyCodec, bytes: Uint8Array, owner: BytesOwner): void {
    if (bytes.byteLength === 0 && !codec.takesEmpty) return this.#readNothing()
    const body = codec.read(codec.mayBorrow ? bytes : ownBytes(bytes, owner), this)
    this.#enterRead(body)
    // Rows that are in a batch need the bytes no more; those that wait outlive what a front end lends.
    if (owner === 'front-end' && this.#ticket?.unplacedRows !== 0) body.own?.()
  }

  async #readElsewhere(format: BodyFormat, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const stage = this.#context.endpoint.stage.name
    try {
      const body = await readLargeBody(this.#context, { stage, format, onInvalid: this.#onInvalid, bytes })
      if (!this.#isOver) this.#enterRead(body)
    } catch (error) {
      this.fail(toPipelineError(error))
    }
  }

  /** There is a null in the place of a record in JSON only. */
  get #onInvalid(): 'fail' | 'null' {
    return this.#formats.answer === 'json' ? this.#context.endpoint.config.onInvalid : 'fail'
  }

  #enterRead({ isSingle, rows, fields, nullRows }: ReadBody): void {
    if (!isSingle) return this.#enterMany(rows, fields, nullRows)
    this.rows = rows
    this.#enterOne(this.#context.groups.declared ?? fields)
  }

  #enterOne(fields: readonly Field[]): void {
    const { answer } = this.#formats
    if (answer !== 'json') this.#answer = openAnswer(answer, singleRow, this.#context.arrowEncoder)
    this.#enter(fields)
  }

  #enterMany(rows: RowSource, fields: readonly Field[], nullRows: readonly number[] | undefined): void {
    const shape = { rowCount: rows.rowCount, isSingle: false, nullRows, onInvalid: this.#onInvalid }
    this.rows = rows
    this.#answer = openAnswer(this.#formats.answer, shape, this.#context.arrowEncoder)
    if (rows.rowCount > 0) return this.#enter(this.#context.groups.declared ?? fields)
    this.#replyAll(this.#answer)
    this.#timedNow()
  }

  #enter(fields: readonly Field[]): void {
    const { models } = this.#context
    const model = models?.resolve(this.#params)
    if (model instanceof Promise) void this.#submitWith(fields, model)
    else this.#submit(fields, model)
  }

  async #submitWith(fields: readonly Field[], model: Promise<ModelRef>): Promise<void> {
    const askedAtMs = this.#context.clock.now()
    try {
      const found = await model
      this.modelMs = this.#context.clock.now() - askedAtMs
      if (!this.#isOver) this.#submit(fields, found)
    } catch (error) {
      this.fail(toPipelineError(error))
    }
  }

  #submit(fields: readonly Field[], model: ModelRef | undefined): void {
    const { groups, stage } = this.#context
    this.group = groups.of(fields, this.#params, model)
    this.#ticket = stage.submit(this)
  }

  #replyOne(outcome: BatchOutcome, row: number): void {
    const error = outcome.errorOf(row)
    if (error !== undefined) return this.#replyError(error)
    const headers = this.clientRequestId === '' ? jsonHeaders : withId(jsonHeaders, this.clientRequestId)
    const head = outcome.replyHeadOf(row)
    if (head === undefined) this.#reply(200, headers, outcome.json(row))
    else this.#reply(chosenStatus(head), withChosenHeaders(headers, head), outcome.json(row))
  }

  #replyAll(answer: Answer): void {
    const { error, head } = answer
    if (error !== undefined) return this.#replyError(error)
    const { requestId } = this
    const body = answer.body(requestId)
    const headers = withId([['content-type', answer.contentType]], requestId)
    if (head === undefined) this.#reply(200, headers, body)
    else this.#reply(chosenStatus(head), withChosenHeaders(headers, head), body)
  }

  #reply(status: number, headers: readonly ReplyHeader[], body: ReplyBody): void {
    this.#isOver = true
    this.status = status
    this.#context.answers.count(status)
    const { trace } = this
    this.#exchange.reply(status, trace ? [...headers, traceHeader(trace.traceparent)] : headers, body)
  }
}
