import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { PipelineError } from '@redesmyn/core'

/** Answers `GET /metrics` while a run goes on, on this machine only. */
export class MetricsListener {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  /** Port 0 is any that is free. Throws CONFIG_INVALID where the port is taken. */
  static async open(port: number, render: () => string): Promise<MetricsListener> {
    const server = createServer(({ url, method }, response) => {
      const isAsked = url === '/metrics' && (method === 'GET' || method === 'HEAD')
      response.writeHead(isAsked ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      response.end(isAsked ? render() : 'expected GET /metrics\n')
    })
    // A run that is over does not wait for whoever watches.
    server.unref()
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening')
    } catch (cause) {
      throw new PipelineError('CONFIG_INVALID', `port ${port} for the metrics cannot be listened on`, { cause })
    }
    return new MetricsListener(server)
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }
}
