import {
  type BatchGroup,
  type BatchOutcome,
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
import { ArrowAnswer } from './arrow-answer.ts'
import type { AnswerCodec, BodyCodec, ReadBody } from './codec/body-codec.ts'
import type { RequestFormats } from './codec/request-formats.ts'
import { decodeJsonBody } from './decode-json-body.ts'
import { errorStatus, replyError } from './error-reply.ts'
import type { BodyReader, BytesOwner, Exchange, ReplyBody, ReplyHeader } from './exchange.ts'
import { headerNames } from './header-text.ts'
import { readDeadline } from './read-deadline.ts'
import { JsonAnswer } from './json-answer.ts'
import { readLargeBody } from './large-body.ts'
import { acceptsProblem, type BodyFormat } from './media-type.ts'
import { ownBytes } from './own-bytes.ts'
import { chosenStatus, jsonHeaders, textHeaders, withChosenHeaders, withId } from './reply-headers.ts'
import { acceptRequestId } from '../observe/request-ids.ts'
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
  #isOver = false

  /** Reads the headers. Throws MEDIA_TYPE_UNSUPPORTED. */
  constructor(context: ServingContext, exchange: Exchange, params: PathParams) {
    this.group = context.groups.plain
    this.timeoutMs = context.clientDeadline
      ? readDeadline(exchange.header(headerNames.deadline), context.requestTimeoutMs)
      : context.requestTimeoutMs
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
  }

  /** The client's, else one that is made when it is asked for. */
  get requestId(): string {
    return this.clientRequestId || this.#context.requestIds.text(this.requestNumber)
  }

  onBody(bytes: Uint8Array, owner: BytesOwner): void {
    try {
      const format = this.#formats.body
      if (typeof format === 'object') this.#readCoded(format, bytes, owner)
      else if (bytes.byteLength === 0) this.#readNothing()
      else if (bytes.byteLength > maxInlineBytes) void this.#readElsewhere(format, ownBytes(bytes, owner))
      else if (format === 'json') this.#readJson(bytes)
      else this.#readArrow(ownBytes(bytes, owner))
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
    this.#context.answers.count(clientGone)
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
      this.fail(toPipelineError(error))
    }
  }

  fail(error: PipelineError): void {
    if (this.#isOver) return
    this.#isOver = true
    const { answers, failures, endpoint } = this.#context
    const { requestId } = this
    answers.count(errorStatus(error))
    replyError(this.#exchange, error, requestId)
    failures.report({ error, requestId, endpoint: endpoint.path, modelKey: this.group.model?.key })
  }

  #readNothing(): void {
    if (this.#context.endpoint.config.emptyBody === 'answer') this.#reply(200, textHeaders, 'no data provided')
    else throw new PipelineError('BODY_MALFORMED', 'no data provided')
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

  /** The rows are views, and may wait longer than a front end lends its bytes. */
  #readArrow(bytes: Uint8Array<ArrayBuffer>): void {
    const { fields, rows } = this.#context.arrow.read(bytes)
    this.#enterMany(rows, fields, undefined)
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
    if (answer !== 'json') this.#answer = this.#openAnswer(answer, 1, true)
    this.#enter(fields)
  }

  #enterMany(rows: RowSource, fields: readonly Field[], nullRows: readonly number[] | undefined): void {
    const { rowCount } = rows
    this.rows = rows
    const { answer } = this.#formats
    this.#answer =
      answer === 'json'
        ? new JsonAnswer({ rowCount, nullRows, onInvalid: this.#onInvalid })
        : this.#openAnswer(answer, rowCount, false)
    if (rowCount === 0) this.#replyAll(this.#answer)
    else this.#enter(this.#context.groups.declared ?? fields)
  }

  #openAnswer(format: 'arrow' | AnswerCodec, rowCount: number, isSingle: boolean): Answer {
    return format === 'arrow' ? new ArrowAnswer(rowCount, this.#context.arrowEncoder) : format.open(rowCount, isSingle)
  }

  #enter(fields: readonly Field[]): void {
    const { models } = this.#context
    const model = models?.resolve(this.#params)
    if (model instanceof Promise) void this.#submitWith(fields, model)
    else this.#submit(fields, model)
  }

  async #submitWith(fields: readonly Field[], model: Promise<ModelRef>): Promise<void> {
    try {
      const found = await model
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
    if (error !== undefined) return this.fail(error)
    const headers = this.clientRequestId === '' ? jsonHeaders : withId(jsonHeaders, this.clientRequestId)
    const head = outcome.replyHeadOf(row)
    if (head === undefined) this.#reply(200, headers, outcome.json(row))
    else this.#reply(chosenStatus(head), withChosenHeaders(headers, head), outcome.json(row))
  }

  #replyAll(answer: Answer): void {
    const { error } = answer
    if (error !== undefined) return this.fail(error)
    const { requestId } = this
    const { head } = answer
    const body = answer.body(requestId)
    const headers = withId([['content-type', answer.contentType]], requestId)
    if (head === undefined) this.#reply(200, headers, body)
    else this.#reply(chosenStatus(head), withChosenHeaders(headers, head), body)
  }

  #reply(status: number, headers: readonly ReplyHeader[], body: ReplyBody): void {
    this.#isOver = true
    this.#context.answers.count(status)
    this.#exchange.reply(status, headers, body)
  }
}
