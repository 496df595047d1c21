import type { Clock, Compile, Endpoint, Log } from '@redesmyn/core'
import type { StagePort } from '../pipeline/stage-port.ts'
import { AnswerCounts, type StatusCount } from './answer-counts.ts'
import { ArrowEncoder } from './arrow-encoder.ts'
import { ArrowReader } from './arrow-reader.ts'
import { BatchGroups } from './batch-groups.ts'
import { errorStatus, replyError } from './error-reply.ts'
import type { Exchange } from './exchange.ts'
import { FailureLog } from './failure-log.ts'
import { headerNames } from './header-text.ts'
import type { ModelResolver } from './model-resolver.ts'
import type { ParseThread } from './parse-thread.ts'
import { withQueryParams } from './query-params.ts'
import { RecordReader } from './record-reader.ts'
import { acceptRequestId, type RequestIds } from '../observe/request-ids.ts'
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
  readonly clock: Clock
  readonly log: Log
}

/** A mounted endpoint: turns exchanges into rows for its stage, and outcomes into answers. */
export class EndpointRuntime {
  readonly kind = 'endpoint'
  readonly #context: ServingContext

  /** Throws CONFIG_INVALID where the input schema cannot be compiled. */
  constructor(parts: EndpointRuntimeParts) {
    const { endpoint, compile, limits, log, ...shared } = parts
    const { stage, output, config, path } = endpoint
    this.#context = {
      ...shared,
      endpoint,
      records: new RecordReader(stage, compile),
      arrow: new ArrowReader(stage, compile),
      arrowEncoder: new ArrowEncoder(output?.fields ?? []),
      groups: new BatchGroups(stage.input?.fields, { hasParams: path.includes('{') || config.query.length > 0 }),
      bodyLimits: {
        maxBytes: config.maxBodyBytes ?? limits.maxBodyBytes,
        timeoutMs: config.bodyTimeoutMs ?? limits.bodyTimeoutMs,
      },
      requestTimeoutMs: config.requestTimeoutMs ?? limits.requestTimeoutMs,
      clientDeadline: config.clientDeadline,
      answers: new AnswerCounts(),
      failures: new FailureLog(log),
    }
  }

  get endpoint(): Endpoint {
    return this.#context.endpoint
  }

  /** What was answered so far. */
  answers(): Iterable<StatusCount> {
    return this.#context.answers.entries()
  }

  /** Never throws. */
  onExchange(exchange: Exchange, params: PathParams): void {
    let request: ServedRequest
    try {
      const { query } = this.#context.endpoint.config
      const all = query.length === 0 ? params : withQueryParams(params, query, exchange.query)
      request = new ServedRequest(this.#context, exchange, all)
    } catch (error) {
      this.#refuse(exchange, error)
      return
    }
    exchange.readBody(this.#context.bodyLimits, request)
  }

  /** What is wrong with the head of a request; its body is not read. */
  #refuse(exchange: Exchange, thrown: unknown): void {
    const { answers, requestIds, failures, endpoint } = this.#context
    const error = toPipelineError(thrown)
    const requestId = acceptRequestId(exchange.header(headerNames.requestId)) || requestIds.text(requestIds.next())
    answers.count(errorStatus(error))
    replyError(exchange, error, requestId)
    failures.report({ error, requestId, endpoint: endpoint.path, modelKey: undefined })
  }
}
