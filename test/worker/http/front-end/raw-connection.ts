import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface RawReply {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** One TCP connection that shows every byte, because HTTP clients hide what these tests are about. */
export class RawConnection {
  readonly #socket: Socket
  readonly #watchers = new Set<() => void>()
  /** Latin-1, so that a character is a byte. */
  #received = ''
  #isClosed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes) => {
      this.#received += bytes.toString('latin1')
      for (const look of this.#watchers) look()
    })
    // A reset is a way to close; what came before it still counts.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#isClosed = true
      for (const look of this.#watchers) look()
    })
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    const connection = new RawConnection(socket)
    await once(socket, 'connect')
    return connection
  }

  get received(): string {
    return this.#received
  }

  send(bytes: string | Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** One complete reply with a Content-Length, taken off what was received. `method` is that of the request. */
  async reply(method = 'GET'): Promise<RawReply> {
    await this.until(() => this.#received.includes('\r\n\r\n'))
    const { reply, start, length } = parseHead(this.#received, method)
    // Only the length is looked at, because joining what has arrived for each piece takes ages in a long answer.
    await this.until(() => this.#received.length >= start + length)
    const body = this.#received.slice(start, start + length)
    this.#received = this.#received.slice(start + length)
    return { ...reply, body }
  }

  /** Until the server has closed; everything that was received before. */
  async closed(timeoutMs = 5000): Promise<string> {
    await this.until(() => this.#isClosed, timeoutMs)
    if (!this.#isClosed) throw new Error('the connection is open')
    return this.#received
  }

  /** Until the condition holds or the connection is closed; throws when neither happens in time. */
  until(condition: () => boolean, timeoutMs = 5000): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => end(() => reject(new Error(`in vain, got ${this.#received.slice(0, 300)}`))),
        timeoutMs,
      )
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        this.#watchers.delete(look)
        settle()
      }
      const look = (): void => {
        if (condition() || this.#isClosed) end(resolve)
      }
      this.#watchers.add(look)
      look()
    })
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

interface ReplyStart {
  readonly reply: Omit<RawReply, 'body'>
  readonly start: number
  readonly length: number
}

function parseHead(text: string, method: string): ReplyStart {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) throw new Error(`closed without a reply after ${JSON.stringify(text)}`)
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  const headers = new Map(lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*: */, '')]))
  const hasBody = method !== 'HEAD' && status !== 204 && status >= 200
  return {
    reply: { status, headers },
    start: end + 4,
    length: hasBody ? Number(headers.get('content-length') ?? 0) : 0,
  }
}
