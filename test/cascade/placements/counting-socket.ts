import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A Unix socket that passes on to another what comes to it, and counts it. */
export class CountingSocket {
  readonly path: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #bytes = 0

  private constructor(path: string, target: string) {
    this.path = path
    this.#server = createServer((from) => {
      const to = connect(target)
      for (const socket of [from, to]) this.#keep(socket)
      from.on('data', (piece) => (this.#bytes += piece.byteLength))
      from.pipe(to).pipe(from)
    })
  }

  static async open(path: string, target: string): Promise<CountingSocket> {
    const socket = new CountingSocket(path, target)
    await once(socket.#server.listen(path), 'listening')
    return socket
  }

  /** That senders have sent. */
  get bytes(): number {
    return this.#bytes
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
