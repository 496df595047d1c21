import { createServer } from 'node:net'
import { type Cancel, PipelineError } from '@redesmyn/core'
import { BodyBudget } from '../body-budget.ts'
import type { BodyArrivals } from '../body-intake.ts'
import { DeadlineList } from '../deadline-list.ts'
import type { FrontEnd, FrontEndAddress, FrontEndListener, FrontEndOptions } from '../exchange.ts'
import { listenError } from '../listen-error.ts'
import { UwsExchange, type UwsExchangeHost } from './uws-exchange.ts'
import type { UwsApp, UwsListenSocket, UwsModule, UwsRequest, UwsResponse } from './uws-module.ts'

/** HTTP/1.1 by uWebSockets: the fast one. What it does not do (HTTP/1.0, pipelining) the conformance suite lists. */
export class UwsFrontEnd implements FrontEnd, UwsExchangeHost {
  readonly arrivals: BodyArrivals
  readonly #uws: UwsModule
  readonly #options: FrontEndOptions
  #app: UwsApp | undefined
  #socket: UwsListenSocket | undefined
  #inFlightCount = 0
  #isClosing = false
  #onIdle: (() => void) | undefined

  constructor(uws: UwsModule, options: FrontEndOptions) {
    this.#uws = uws
    this.#options = options
    this.arrivals = { budget: new BodyBudget(options.maxInFlightBytes), deadlines: new DeadlineList(options.clock) }
  }

  get isClosing(): boolean {
    return this.#isClosing
  }

  async listen(listener: FrontEndListener): Promise<FrontEndAddress> {
    if (this.#app !== undefined) throw new PipelineError('LIFECYCLE_MISUSE', 'a front end listens once')
    const { host, port } = this.#options
    const app = this.#route(this.#uws.App(), listener)
    this.#app = app
    // Without the option a busy port is shared, and the kernel deals requests out to both processes.
    app.listen(host, port, this.#uws.LIBUS_LISTEN_EXCLUSIVE_PORT, (socket) => {
      if (socket !== false) this.#socket = socket
    })
    if (this.#socket === undefined) throw await explainRefusal(host, port)
    return { host, port: this.#uws.us_socket_local_port(this.#socket) }
  }

  stopListening(): void {
    if (this.#socket === undefined) return
    this.#uws.us_listen_socket_close(this.#socket)
    this.#socket = undefined
  }

  /** uWebSockets closes all connections or none, so the idle ones stay until the last exchange has ended. */
  async close(graceMs: number): Promise<void> {
    this.stopListening()
    this.#isClosing = true
    if (this.#inFlightCount > 0 && graceMs > 0) await this.#idleWithin(graceMs)
    this.arrivals.deadlines.stop()
    const app = this.#app
    this.#app = undefined
    app?.close()
  }

  onExchangeEnd(): void {
    this.#inFlightCount--
    if (this.#inFlightCount === 0) this.#onIdle?.()
  }

  /** The two usual methods are constants, which saves building the string from native memory for each request. */
  #route(app: UwsApp, listener: FrontEndListener): UwsApp {
    const handle = (method: string, response: UwsResponse, request: UwsRequest): void => {
      const exchange = new UwsExchange(this, method, response, request)
      this.#inFlightCount++
      listener.onExchange(exchange)
      exchange.seal()
    }
    return app
      .post('/*', (response, request) => handle('POST', response, request))
      .get('/*', (response, request) => handle('GET', response, request))
      .any('/*', (response, request) => handle(request.getCaseSensitiveMethod(), response, request))
  }

  #idleWithin(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel: Cancel = this.#options.clock.after(graceMs, resolve)
      this.#onIdle = () => {
        cancel()
        // The last reply is written when the current callback returns: closing must not come before it.
        this.#options.clock.endOfTurn(resolve)
      }
    })
  }
}

/** uWebSockets only says no. Asking the system the same question through node gives the reason. */
function explainRefusal(host: string, port: number): Promise<PipelineError> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (cause) => resolve(listenError(host, port, cause)))
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => resolve(listenError(host, port, undefined)))
    })
  })
}
