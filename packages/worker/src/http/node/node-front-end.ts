import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { PipelineError } from '@redesmyn/core'
import { BodyBudget } from '../body-budget.ts'
import type { BodyArrivals } from '../body-intake.ts'
import { DeadlineList } from '../deadline-list.ts'
import type { FrontEnd, FrontEndAddress, FrontEndListener, FrontEndOptions } from '../exchange.ts'
import { listenError } from '../listen-error.ts'
import { serverHeader } from '../reply-headers.ts'
import { type Expectation, NodeExchange, type NodeExchangeHost } from './node-exchange.ts'
import { describeRefusal, refuseOnSocket } from './refuse-request.ts'

/** About as many as uWebSockets takes. */
const maxHeaderCount = 100

/** HTTP/1.1 and 1.0 by node:http: runs wherever node does, and answers pipelined requests in order. */
export class NodeFrontEnd implements FrontEnd, NodeExchangeHost {
  readonly arrivals: BodyArrivals
  readonly #options: FrontEndOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #exchanges = new Set<NodeExchange>()
  #isClosing = false

  constructor(options: FrontEndOptions) {
    this.#options = options
    this.arrivals = { budget: new BodyBudget(options.maxInFlightBytes), deadlines: new DeadlineList(options.clock) }
    this.#server = createServer({
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
      // Bodies have their own time limit, and load balancers keep connections for a minute.
      requestTimeout: 0,
      keepAliveTimeout: 65_000,
    })
    // Node drops the headers over its limit without a word; we count them instead.
    this.#server.maxHeadersCount = 0
  }

  get isClosing(): boolean {
    return this.#isClosing
  }

  listen(listener: FrontEndListener): Promise<FrontEndAddress> {
    const { host, port } = this.#options
    const server = this.#server
    const handle = (request: IncomingMessage, response: ServerResponse, expectation: Expectation): void => {
      if (request.rawHeaders.length > 2 * maxHeaderCount) refuseHeaders(response)
      else listener.onExchange(this.#begin(new NodeExchange(this, request, response, expectation), response))
    }
    server.on('connection', (socket) => this.#track(socket))
    server.on('request', (request, response) => handle(request, response, 'none'))
    server.on('checkContinue', (request, response) => handle(request, response, '100-continue'))
    server.on('clientError', refuseOnSocket)
    return new Promise((resolve, reject) => {
      server.once('error', (cause) => reject(listenError(host, port, cause)))
      server.listen({ host, port, exclusive: true }, () => resolve({ host, port: portOf(server.address()) }))
    })
  }

  /** The HTTP server's own `close` would also close idle connections, on which a request may be on its way. */
  stopListening(): void {
    if (this.#server.listening) NetServer.prototype.close.call(this.#server)
  }

  close(graceMs: number): Promise<void> {
    this.stopListening()
    this.#isClosing = true
    const busy = new Set(Array.from(this.#exchanges, (exchange) => exchange.socket))
    for (const socket of this.#sockets) if (graceMs === 0 || !busy.has(socket)) socket.destroy()
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(graceMs, () => {
        for (const socket of this.#sockets) socket.destroy()
      })
      const end = (): void => {
        cancel()
        this.arrivals.deadlines.stop()
        resolve()
      }
      // Ends the server's own interval; what it closes is closed already.
      this.#server.close()
      if (this.#sockets.size === 0) end()
      else this.#server.once('close', end)
    })
  }

  /** Node's own count of idle connections leaves out those that have not sent a request yet. */
  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  #begin(exchange: NodeExchange, response: ServerResponse): NodeExchange {
    this.#exchanges.add(exchange)
    response.once('close', () => this.#exchanges.delete(exchange))
    return exchange
  }
}

function refuseHeaders(response: ServerResponse): void {
  const { status, body } = describeRefusal('HEADERS_TOO_LARGE', `a request has at most ${maxHeaderCount} headers`)
  response.writeHead(status, {
    [serverHeader[0]]: serverHeader[1],
    'content-type': 'application/json',
    connection: 'close',
  })
  response.end(body)
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') {
    throw new PipelineError('INTERNAL', 'a TCP server has no port')
  }
  return address.port
}
