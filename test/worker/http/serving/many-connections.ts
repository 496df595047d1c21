import { Agent, request } from 'node:http'

export interface RawAnswer {
  readonly status: number
  readonly text: string
}

/** So many keep-alive connections, each with one request at a time. */
export class ManyConnections {
  readonly #agent: Agent
  readonly #port: number
  readonly #localPorts = new Set<number>()

  constructor(port: number, connections: number) {
    this.#port = port
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  /** Connections that were opened so far. */
  get opened(): number {
    return this.#localPorts.size
  }

  post(path: string, body: unknown): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const options = { port: this.#port, path, method: 'POST', agent: this.#agent }
      const sent = request(options, (response) => {
        this.#localPorts.add(response.socket.localPort ?? 0)
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      sent.on('error', reject).end(JSON.stringify(body))
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
