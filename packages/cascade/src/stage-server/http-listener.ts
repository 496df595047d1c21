import type { Server } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { PipelineError } from '@redesmyn/core'
import { listenError, refuseOnSocket } from '@redesmyn/worker'
import { createHttpServer } from './http/create-http-server.ts'
import { type HttpListenerConfig, type HttpListenerOptions, resolveHttpListener } from './http/http-listener-options.ts'
import { HttpRoutes } from './http/http-routes.ts'

/** Stages of this process, open to senders over HTTP. */
export interface HttpListener {
  /** Base URL of its stages, without a slash at the end. */
  readonly url: string
  readonly port: number
  /**
   * Takes no more connections and refuses new calls with 503 and `cascade-not-executed`; resolves when those that were
   * begun are answered and all connections are closed. The service itself is drained by whoever made it.
   */
  drain(): Promise<void>
  /** Closes all connections now: calls that run are given up. */
  stop(): Promise<void>
}

/**
 * Opens stages to senders over HTTP/1.1, with TLS where it is given a certificate. Rejects with CONFIG_INVALID where the
 * options are unusable, where the address is taken, and where anybody on the network could reach the stages in plain text.
 */
export async function listenHttp(options: HttpListenerOptions): Promise<HttpListener> {
  const config = resolveHttpListener(options)
  const listener = new OpenHttpListener(config)
  await listener.listen()
  return listener
}

class OpenHttpListener implements HttpListener {
  readonly #config: HttpListenerConfig
  readonly #server: Server
  readonly #routes: HttpRoutes
  readonly #sockets = new Set<Socket>()
  #closed: Promise<void> | undefined

  constructor(config: HttpListenerConfig) {
    this.#config = config
    this.#routes = new HttpRoutes(config)
    this.#server = createHttpServer(config.tls)
    this.#server.on('connection', (socket) => this.#track(socket))
    this.#server.on('request', (request, response) => this.#routes.answer({ request, response, isExpecting: false }))
    this.#server.on('checkContinue', (request, response) => {
      this.#routes.answer({ request, response, isExpecting: true })
    })
    this.#server.on('clientError', refuseOnSocket)
  }

  get url(): string {
    const { host, tls } = this.#config
    const name = host.includes(':') ? `[${host}]` : host
    return `${tls === undefined ? 'http' : 'https'}://${name}:${this.port}`
  }

  get port(): number {
    return portOf(this.#server.address())
  }

  listen(): Promise<void> {
    const { host, port } = this.#config
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) => reject(listenError(host, port, cause)))
      this.#server.listen({ host, port, exclusive: true }, () => resolve())
    })
  }

  async drain(): Promise<void> {
    this.#routes.startDraining()
    // The HTTP server's own `close` would also close idle connections, on which a call may be on its way.
    if (this.#server.listening) NetServer.prototype.close.call(this.#server)
    await this.#routes.whenAnswered()
    await this.stop()
  }

  stop(): Promise<void> {
    this.#routes.startDraining()
    return (this.#closed ??= this.#close())
  }

  #close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const socket of this.#sockets) socket.destroy()
    })
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}

function portOf(address: string | AddressInfo | null): number {
  if (address !== null && typeof address === 'object') return address.port
  throw new PipelineError('LIFECYCLE_MISUSE', 'a listener has a port while it listens')
}
