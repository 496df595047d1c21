import { type Clock, PipelineError } from '@redesmyn/core'
import { BodyBudget } from '../body-budget.ts'
import type { BodyArrivals } from '../body-intake.ts'
import { DeadlineList } from '../deadline-list.ts'
import type { FrontEnd, FrontEndAddress, FrontEndListener } from '../exchange.ts'
import { FetchExchange } from './fetch-exchange.ts'

/** A front end without an address: another server hands it requests. */
export class FetchFrontEnd implements FrontEnd {
  readonly #arrivals: BodyArrivals
  #listener: FrontEndListener | undefined

  constructor({ maxInFlightBytes, clock }: { readonly maxInFlightBytes: number; readonly clock: Clock }) {
    this.#arrivals = { budget: new BodyBudget(maxInFlightBytes), deadlines: new DeadlineList(clock) }
  }

  async listen(listener: FrontEndListener): Promise<FrontEndAddress> {
    this.#listener = listener
    return { host: '', port: 0 }
  }

  /** Rejects with LIFECYCLE_MISUSE before `listen` and after `close`; errors of the request are responses. */
  handle(request: Request): Promise<Response> {
    const listener = this.#listener
    if (listener === undefined) {
      return Promise.reject(new PipelineError('LIFECYCLE_MISUSE', 'the server does not serve'))
    }
    return new Promise((resolve) => listener.onExchange(new FetchExchange(this.#arrivals, request, resolve)))
  }

  /** Requests keep coming from the other server; a listener that drains refuses them. */
  stopListening(): void {}

  async close(_graceMs: number): Promise<void> {
    this.#listener = undefined
    this.#arrivals.deadlines.stop()
  }
}
