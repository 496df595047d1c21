import type { Compile, Endpoint, Log, PipelineError } from '@redesmyn/core'
import type { StagePort } from '../pipeline/stage-port.ts'
import type { EndpointStats } from '../observe/expose-endpoint.ts'
import { AnswerCounts } from './answer-counts.ts'
import { ArrowEncoder } from './arrow-encoder.ts'
import { ArrowReader } from './arrow-reader.ts'
import { BatchGroups } from './batch-groups.ts'
import { errorStatus, replyError } from './error-reply.ts'
import type { Exchange } from './exchange.ts'
import { FailureLog } from './failure-log.ts'
import { headerNames } from './header-text.ts'
import type { ModelResolver } from './model-resolver.ts'
import type { ParseThread } from './parse-thread.ts'
import { RecordReader } from './record-reader.ts'
import { acceptRequestId, type RequestIds } from '../observe/request-ids.ts'
import { type OnTimed, RequestTimes } from '../observe/request-times.ts'
import type { Tracer } from '../observe/trace/tracer.ts'
import type { TurnClock } from '../observe/turn-clock.ts'
import type { PathParams } from './router.ts'
import { ServedRequest } from './served-request.ts'
import type { ServingContext } from './serving-context.ts'
import { toPipelineError } from './to-pipeline-error.ts'

/** The server's limits, where an endpoint does not set its own. */
export interface ServingLimits {
  readonly maxBodyBytes: number
  readonly bodyTimeoutMs: number
  readonly requestTimeoutMs: number
}

export interface EndpointRuntimeParts {
  readonly endpoint: Endpoint
  readonly stage: StagePort
  /** TypeBox's, of the version the app's schemas are made with. */
  readonly compile: Compile
  readonly limits: ServingLimits
  readonly models: ModelResolver | undefined
  readonly parseThread: ParseThread
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

  /** Throws CONFIG_INVALID where the input schema cannot be compiled. */
  constructor(parts: EndpointRuntimeParts) {
    const { endpoint, compile, limits, log, onTimed, ...shared } = parts
    const { stage, output, config, path } = endpoint
    this.#context = {
      ...shared,
      endpoint,
      records: new RecordReader(stage, compile),
      arrow: new ArrowReader(stage, compile),
      arrowEncoder: new ArrowEncoder(output?.fields ?? []),
      groups: new BatchGroups(stage.input?.fields, { hasParams: path.includes('{') }),
      bodyLimits: {
        maxBytes: config.maxBodyBytes ?? limits.maxBodyBytes,
        timeoutMs: config.bodyTimeoutMs ?? limits.bodyTimeoutMs,
      },
      requestTimeoutMs: config.requestTimeoutMs ?? limits.requestTimeoutMs,
      answers: new AnswerCounts(),
      times: new RequestTimes({ onTimed, tracer: parts.tracer }),
      failures: new FailureLog(log),
    }
  }

  get endpoint(): Endpoint {
    return this.#context.endpoint
  }

  stats(): EndpointStats {
    const { endpoint, answers, failures, times, models } = this.#context
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

  /** Never throws. */
  onExchange(exchange: Exchange, params: PathParams): void {
    this.#context.answers.receive()
    let request: ServedRequest
    try {
      request = new ServedRequest(this.#context, exchange, params)
    } catch (error) {
      this.#refuse(exchange, toPipelineError(error))
      return
    }
    exchange.readBody(this.#context.bodyLimits, request)
  }

  /** Answers a request that is not looked at, and counts it as one of this endpoint's. */
  refuse(exchange: Exchange, error: PipelineError): void {
    this.#context.answers.receive()
    this.#refuse(exchange, error)
  }

  /** What is wrong with the head of a request; its body is not read. */
  #refuse(exchange: Exchange, error: PipelineError): void {
    const { answers, requestIds, failures, endpoint } = this.#context
    const requestId = acceptRequestId(exchange.header(headerNames.requestId)) || requestIds.text(requestIds.next())
    answers.count(errorStatus(error))
    replyError(exchange, error, requestId)
    failures.report({ error, requestId, endpoint: endpoint.path, modelKey: undefined })
  }
}
