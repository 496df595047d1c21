import type { Middleware } from '@redesmyn/core'
import { AnswerCounts } from '../answer-counts.ts'
import type { Exchange } from '../exchange.ts'
import type { PathParams } from '../router.ts'
import type { ServingContext } from '../serving-context.ts'
import { WrappedRequest, type WrappedRequestParts } from './wrapped-request.ts'

const clientGone = 499

/** The middleware around one endpoint, the first outermost. Endpoints without any have none of this. */
export class MiddlewareStack {
  /** By the status that clients saw, whatever the endpoint behind had answered. */
  readonly answers = new AnswerCounts()
  readonly #use: readonly Middleware[]
  readonly #context: ServingContext
  readonly #serve: WrappedRequestParts['serve']
  #whenSettled: (() => void)[] = []

  constructor(use: readonly Middleware[], context: ServingContext, serve: WrappedRequestParts['serve']) {
    this.#use = use
    this.#context = context
    this.#serve = serve
  }

  onExchange(exchange: Exchange, params: PathParams): void {
    this.answers.receive()
    const parts = { use: this.#use, context: this.#context, serve: this.#serve, onEnd: this.#ended }
    new WrappedRequest(parts, exchange, params).start()
  }

  /** Resolves when every request that has come is answered. */
  settled(): Promise<void> {
    if (this.answers.inFlight === 0) return Promise.resolve()
    return new Promise((resolve) => this.#whenSettled.push(resolve))
  }

  readonly #ended = (status: number | undefined): void => {
    this.answers.count(status ?? clientGone)
    if (this.answers.inFlight > 0) return
    for (const resolve of this.#whenSettled.splice(0)) resolve()
  }
}
