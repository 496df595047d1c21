import { fromErrorData, PipelineError, toErrorData } from '@redesmyn/core'
import type { AnswerCounts } from '../http/answer-counts.ts'
import { errorStatus, replyError } from '../http/error-reply.ts'
import type { Exchange, FrontEndListener } from '../http/exchange.ts'
import { headerNames } from '../http/header-text.ts'
import { acceptsProblem } from '../http/media-type.ts'
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
  /** What a proxy has put before every path: taken off where it is there. */
  readonly pathPrefix: string | undefined
  readonly router: Router<RouteHandler>
  readonly requestIds: RequestIds
  /** Counts what was refused before it came to an endpoint. */
  readonly refusals: AnswerCounts
  /** Resolves when no middleware is at work for a request any more. */
  readonly settled: () => Promise<unknown>
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

  /** Middleware holds requests that no stage knows of yet, or no more. */
  async settled(): Promise<void> {
    await this.#parts.settled()
  }

  onExchange(exchange: Exchange): void {
    try {
      const { router, pathPrefix } = this.#parts
      const path = pathPrefix === undefined ? exchange.path : withoutPrefix(exchange.path, pathPrefix)
      const match = router.find(exchange.method, path)
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
    if (acceptsProblem(exchange.header(headerNames.accept))) exchange.errorForm = 'problem'
    const requestId = acceptRequestId(exchange.header(headerNames.requestId)) || requestIds.text(requestIds.next())
    replyError(exchange, error, requestId)
  }
}

/** Paths without it are left as they are: whoever asks for `/livez` need not come through the proxy. */
function withoutPrefix(path: string, prefix: string): string {
  if (path === prefix) return '/'
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path
}

function noRoute({ method, path }: Exchange, match: Exclude<RouteMatch<unknown>, { kind: 'route' }>): PipelineError {
  if (match.kind === 'not-found') return new PipelineError('ROUTE_NOT_FOUND', `nothing answers at "${path}"`)
  const { allow } = match
  const message = `"${path}" takes ${allow.join(', ')}, got ${method}`
  return new PipelineError('METHOD_NOT_ALLOWED', message, { details: { allow } })
}
