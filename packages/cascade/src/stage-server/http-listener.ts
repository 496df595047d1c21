import type { Server } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { PipelineError } from '@redesmyn/core'
import { listenError, refuseOnSocket } from '@redesmyn/worker'
import { createHttpServer } from './http/create-http-server.ts'
import {
  defaultHttpLimits,
  type HttpListenerConfig,
  type HttpListenerLimits,
  readHttpListener,
} from './http/http-listener-config.ts'
import { HttpRoutes } from './http/http-routes.ts'
import type { ListenerParts, StageListener } from './stage-listener.ts'

/**
 * Opens stages to senders over HTTP/1.1, or over TLS where the address begins with `https:`. Port 0 is any that is free.
 * Rejects with CONFIG_INVALID where the address is taken or unusable, and where anybody on the network could reach the
 * stages in plain text.
 */
export async function listenHttp(
  address: URL,
  parts: ListenerParts,
  limits: Partial<HttpListenerLimits> = {},
): Promise<StageListener> {
  const config = await readHttpListener(address, parts, { ...defaultHttpLimits, ...limits })
  const listener = new HttpListener(config, createServer(config))
  await listener.listen()
  return listener
}

/** What is wrong with a certificate or a key is found when they are first used. */
function createServer(config: HttpListenerConfig): Server {
  try {
    return createHttpServer(config)
  } catch (cause) {
    throw new PipelineError('CONFIG_INVALID', 'the certificate and its key cannot be used', { cause })
  }
}

class HttpListener implements StageListener {
  readonly #config: HttpListenerConfig
  readonly #server: Server
  readonly #routes: HttpRoutes
  readonly #sockets = new Set<Socket>()
  #port = 0
  #drained: Promise<void> | undefined
  #closed: Promise<void> | undefined

  constructor(config: HttpListenerConfig, server: Server) {
    this.#config = config
    this.#server = server
    this.#routes = new HttpRoutes(config)
    server.on('connection', (socket) => this.#track(socket))
    server.on('request', (request, response) => this.#routes.answer({ request, response, isExpecting: false }))
    server.on('checkContinue', (request, response) => {
      this.#routes.answer({ request, response, isExpecting: true })
    })
    server.on('clientError', refuseOnSocket)
  }

  get address(): string {
    const { host, tls } = this.#config
    const name = host.includes(':') ? `[${host}]` : host
    return `${tls === undefined ? 'http' : 'https'}://${name}:${this.#port}`
  }

  async listen(): Promise<void> {
    const { host, port, log } = this.#config
    await new Promise<void>((resolve, reject) => {
      const fail = (cause: Error): void => reject(listenError(host, port, cause))
      this.#server.once('error', fail)
      this.#server.listen({ host, port, exclusive: true }, () => {
        this.#server.off('error', fail)
        resolve()
      })
    })
    // As when no further connection can be taken: those that are there go on.
    this.#server.on('error', (err) => log.error({ err, address: this.address }, 'Listener failed.'))
    this.#port = portOf(this.#server.address())
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    this.#routes.startDraining()
    // The HTTP server's own `close` would also close idle connections, on which a call may be on its way.
    if (this.#server.listening) NetServer.prototype.close.call(this.#server)
    if (mode === 'abort') return this.#end()
    return (this.#drained ??= this.#routes.whenAnswered().then(() => this.#end()))
  }

  #end(): Promise<void> {
    return (this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const socket of this.#sockets) socket.destroy()
    }))
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}

function portOf(address: string | AddressInfo | null): number {
  if (address !== null && typeof address === 'object') return address.port
  throw new PipelineError('INTERNAL', 'a TCP server has no port')
}
