import { fromErrorData, PipelineError, toErrorData } from '@redesmyn/core'
import type { AnswerCounts } from '../http/answer-counts.ts'
import { errorStatus, replyError } from '../http/error-reply.ts'
import type { Exchange, FrontEndListener } from '../http/exchange.ts'
import { headerNames } from '../http/header-text.ts'
import { acceptRequestId, type RequestIds } from '../observe/request-ids.ts'
import type { PathParams, RouteMatch, Router } from '../http/router.ts'

/** What answers the requests of one route. */
export interface RouteHandler {
  /** `own` routes are the server's, which it answers while it drains too. */
  readonly kind: 'endpoint' | 'own'
  onExchange(exchange: Exchange, params: PathParams): void
  /** Answers with the error, in the name of the route. */
  refuse?(exchange: Exchange, error: PipelineError): void
}

export interface RequestListenerParts {
  readonly router: Router<RouteHandler>
  readonly requestIds: RequestIds
  /** Counts what was refused before it came to an endpoint. */
  readonly refusals: AnswerCounts
}

/** Brings each request to what answers it; what nothing answers gets an error of the table. */
export class RequestListener implements FrontEndListener {
  readonly #parts: RequestListenerParts
  #isDraining = false

  constructor(parts: RequestListenerParts) {
    this.#parts = parts
  }

  get isDraining(): boolean {
    return this.#isDraining
  }

  /** From here on endpoints answer DRAINING. */
  drain(): void {
    this.#isDraining = true
  }

  onExchange(exchange: Exchange): void {
    try {
      const match = this.#parts.router.find(exchange.method, exchange.path)
      if (match.kind !== 'route') throw noRoute(exchange, match)
      if (this.#isDraining && match.value.kind === 'endpoint') {
        const error = new PipelineError('DRAINING', 'gracefully shutting down')
        if (match.value.refuse === undefined) throw error
        match.value.refuse(exchange, error)
        return
      }
      match.value.onExchange(exchange, match.params)
    } catch (thrown) {
      this.#refuse(exchange, fromErrorData(toErrorData(thrown, 'INTERNAL')))
    }
  }

  #refuse(exchange: Exchange, error: PipelineError): void {
    const { refusals, requestIds } = this.#parts
    refusals.count(errorStatus(error))
    const requestId = acceptRequestId(exchange.header(headerNames.requestId)) || requestIds.text(requestIds.next())
    replyError(exchange, error, requestId)
  }
}

function noRoute({ method, path }: Exchange, match: Exclude<RouteMatch<unknown>, { kind: 'route' }>): PipelineError {
  if (match.kind === 'not-found') return new PipelineError('ROUTE_NOT_FOUND', `nothing answers at "${path}"`)
  const { allow } = match
  const message = `"${path}" takes ${allow.join(', ')}, got ${method}`
  return new PipelineError('METHOD_NOT_ALLOWED', message, { details: { allow } })
}
