import type { Compile, Endpoint, Log, Middleware, PipelineError } from '@redesmyn/core'
import type { StagePort } from '../pipeline/stage-port.ts'
import type { EndpointStats } from '../observe/expose-endpoint.ts'
import { AnswerCounts } from './answer-counts.ts'
import { ArrowEncoder } from './arrow-encoder.ts'
import { ArrowReader } from './arrow-reader.ts'
import { BatchGroups } from './batch-groups.ts'
import { openCodecs } from './codec/endpoint-codecs.ts'
import { errorStatus, replyError } from './error-reply.ts'
import { Compression } from './content-coding/compression.ts'
import { type ContentCoding, contentCodingOf } from './content-coding/content-coding.ts'
import type { Inflater } from './content-coding/inflater.ts'
import { InflatingReader } from './content-coding/inflating-reader.ts'
import type { BodyReader, Exchange } from './exchange.ts'
import { FailureLog } from './failure-log.ts'
import { HeaderReader } from './header-reader.ts'
import { headerNames } from './header-text.ts'
import { acceptsProblem } from './media-type.ts'
import { MiddlewareStack } from './middleware/middleware-stack.ts'
import type { ModelResolver } from './model-resolver.ts'
import type { ParseThread } from './parse-thread.ts'
import { withQueryParams } from './query-params.ts'
import { RecordReader } from './record-reader.ts'
import { acceptRequestId, type RequestIds } from '../observe/request-ids.ts'
import { type OnTimed, RequestTimes } from '../observe/request-times.ts'
import type { Tracer } from '../observe/trace/tracer.ts'
import type { TurnClock } from '../observe/turn-clock.ts'
import type { PathParams } from './router.ts'
import { ServedRequest } from './served-request.ts'
import type { ServingContext } from './serving-context.ts'
import type { StreamLimits } from './stream-times.ts'
import { StreamingRequest } from './streaming-request.ts'
import { toPipelineError } from './to-pipeline-error.ts'

/** The server's limits, where an endpoint does not set its own. */
export interface ServingLimits {
  readonly maxBodyBytes: number
  readonly bodyTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly compress: 'off' | 'on'
  readonly compressMinBytes: number
  readonly streamIdleTimeoutMs: number
  readonly streamTimeoutMs: number | undefined
}

export interface EndpointRuntimeParts {
  readonly endpoint: Endpoint
  readonly stage: StagePort
  /** TypeBox's, of the version the app's schemas are made with. */
  readonly compile: Compile
  readonly limits: ServingLimits
  readonly models: ModelResolver | undefined
  /** Around the endpoint, the first outermost. */
  readonly use: readonly Middleware[]
  readonly parseThread: ParseThread
  readonly inflater: Inflater
  readonly requestIds: RequestIds
  readonly clock: TurnClock
  readonly log: Log
  readonly tracer: Tracer | undefined
  /** Wants the times of every request. */
  readonly onTimed: OnTimed | undefined
}

/** A mounted endpoint: turns exchanges into rows for its stage, and outcomes into answers. */
export class EndpointRuntime {
  readonly kind = 'endpoint'
  readonly #context: ServingContext
  readonly #inflater: Inflater
  /** Only where answers are compressed. */
  readonly #compression: Compression | undefined

  /** Only where there is middleware: requests to other endpoints cost nothing for it. */
  readonly #middleware: MiddlewareStack | undefined
  /** Only of an endpoint whose last stage yields events. */
  readonly #streamLimits: StreamLimits | undefined

  /** Throws CONFIG_INVALID where the input schema cannot be compiled. */
  constructor(parts: EndpointRuntimeParts) {
    const { endpoint, compile, limits, log, inflater, use, onTimed, ...shared } = parts
    const { stage, output, config, path } = endpoint
    const records = new RecordReader(stage, compile)
    const isCompressing = (config.compress ?? limits.compress) === 'on'
    this.#inflater = inflater
    this.#compression = isCompressing ? new Compression(config.compressMinBytes ?? limits.compressMinBytes) : undefined
    this.#context = {
      ...shared,
      endpoint,
      records,
      arrow: new ArrowReader(stage, compile),
      formats: openCodecs(endpoint, records),
      headers: HeaderReader.of(config.headers),
      arrowEncoder: new ArrowEncoder(output?.fields ?? []),
      groups: new BatchGroups(stage.input?.fields, { hasParams: path.includes('{') || config.query.length > 0 }),
      bodyLimits: {
        maxBytes: config.maxBodyBytes ?? limits.maxBodyBytes,
        timeoutMs: config.bodyTimeoutMs ?? limits.bodyTimeoutMs,
      },
      requestTimeoutMs: config.requestTimeoutMs ?? limits.requestTimeoutMs,
      clientDeadline: config.clientDeadline,
      answers: new AnswerCounts(),
      times: new RequestTimes({ onTimed, tracer: parts.tracer }),
      failures: new FailureLog(log),
    }
    if (use.length > 0) {
      this.#middleware = new MiddlewareStack(use, this.#context, (exchange, params) => this.#serve(exchange, params))
    }
    this.#streamLimits = endpoint.events && {
      idleTimeoutMs: config.streamIdleTimeoutMs ?? limits.streamIdleTimeoutMs,
      totalTimeoutMs: config.streamTimeoutMs ?? limits.streamTimeoutMs,
    }
  }

  /** A stream is opened by each request for itself, so the stage that its request sees is its own. */
  #contextOf(exchange: Exchange): ServingContext {
    const context = this.#context
    if (this.#streamLimits === undefined) return context
    return { ...context, stage: new StreamingRequest(context, this.#streamLimits, exchange) }
  }

  get endpoint(): Endpoint {
    return this.#context.endpoint
  }

  /** What it did so far; with middleware around it, answers are those that clients saw. */
  stats(): EndpointStats {
    const { endpoint, failures, times, models } = this.#context
    const answers = this.#answers
    return {
      path: endpoint.path,
      stages: endpoint.stages.map(({ name }) => name).join('>'),
      answers: [...answers.entries()],
      inFlight: answers.inFlight,
      errors: failures.counts,
      times: [...times.series()],
      refreshErrors: models?.refreshErrors,
    }
  }

  /** Resolves when no middleware is at work for a request any more. */
  async settled(): Promise<void> {
    await this.#middleware?.settled()
  }

  /** Never throws. */
  onExchange(exchange: Exchange, params: PathParams): void {
    if (this.#middleware === undefined) this.#serve(exchange, params)
    else this.#middleware.onExchange(exchange, params)
  }

  #serve(exchange: Exchange, params: PathParams): void {
    this.#context.answers.receive()
    let reader: BodyReader
    try {
      const { query } = this.#context.endpoint.config
      const all = query.length === 0 ? params : withQueryParams(params, query, exchange.query)
      const coding = contentCodingOf(exchange.header(headerNames.contentEncoding))
      const request = new ServedRequest(this.#contextOf(exchange), this.#compression?.wrap(exchange) ?? exchange, all)
      reader = coding === undefined ? request : this.#inflating(request, coding)
    } catch (error) {
      this.#refuse(exchange, toPipelineError(error), this.#context.answers)
      return
    }
    exchange.readBody(this.#context.bodyLimits, reader)
  }

  #inflating(request: BodyReader, coding: ContentCoding): BodyReader {
    const { maxBytes } = this.#context.bodyLimits
    return new InflatingReader(request, { coding, inflater: this.#inflater, maxBytes })
  }

  /** Answers a request that is not looked at, and counts it as one of this endpoint's. */
  refuse(exchange: Exchange, error: PipelineError): void {
    this.#answers.receive()
    this.#refuse(exchange, error, this.#answers)
  }

  get #answers(): AnswerCounts {
    return (this.#middleware ?? this.#context).answers
  }

  /** What is wrong with the head of a request; its body is not read. */
  #refuse(exchange: Exchange, error: PipelineError, answers: AnswerCounts): void {
    const { requestIds, failures, endpoint } = this.#context
    if (acceptsProblem(exchange.header(headerNames.accept))) exchange.errorForm = 'problem'
    const requestId = acceptRequestId(exchange.header(headerNames.requestId)) || requestIds.text(requestIds.next())
    answers.count(errorStatus(error))
    replyError(exchange, error, requestId)
    failures.report({ error, requestId, endpoint: endpoint.path, modelKey: undefined })
  }
}
