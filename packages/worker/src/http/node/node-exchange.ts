import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { PipelineError } from '@redesmyn/core'
import { type BodyArrivals, BodyIntake } from '../body-intake.ts'
import { parseContentLength } from '../content-length.ts'
import type { DeadlineEntry } from '../deadline-list.ts'
import type { BodyLimits, BodyReader, Exchange, HeaderName, ReplyBody, ReplyHeader } from '../exchange.ts'
import { headerNames } from '../header-text.ts'
import { serverHeader } from '../reply-headers.ts'
import { joinPieces, toPieces } from '../reply-pieces.ts'

/** What an exchange needs of the front end that made it. */
export interface NodeExchangeHost {
  readonly arrivals: BodyArrivals
  readonly isClosing: boolean
}

export type Expectation = 'none' | '100-continue'

/** For the rest of a refused upload to arrive, or for a slow client to take its answer. */
const lingerMs = 10_000

export class NodeExchange implements Exchange, DeadlineEntry {
  ticksLeft = 0
  earlier: DeadlineEntry | undefined = undefined
  later: DeadlineEntry | undefined = undefined
  readonly method: string
  readonly path: string
  readonly query: string
  errorForm: Exchange['errorForm'] = 'json'
  readonly #host: NodeExchangeHost
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #expectation: Expectation
  #intake: BodyIntake | undefined
  #state: 'unanswered' | 'answered' | 'gone' = 'unanswered'

  constructor(host: NodeExchangeHost, request: IncomingMessage, response: ServerResponse, expectation: Expectation) {
    const { path, query } = splitTarget(request.url ?? '/')
    this.method = request.method ?? ''
    this.path = path
    this.query = query
    this.#host = host
    this.#request = request
    this.#response = response
    this.#expectation = expectation
    response.once('close', () => this.#close())
  }

  get socket(): Socket {
    return this.#request.socket
  }

  header(name: HeaderName): string {
    const value = this.#request.headers[name.text]
    return typeof value === 'string' ? value : ''
  }

  headers(): Readonly<Record<string, string>> {
    const headers: Record<string, string> = Object.create(null)
    for (const [name, value = ''] of Object.entries(this.#request.headers)) {
      headers[name] = typeof value === 'string' ? value : value.join(', ')
    }
    return headers
  }

  remoteAddress(): string {
    return this.socket.remoteAddress ?? ''
  }

  readBody(limits: BodyLimits, reader: BodyReader): void {
    if (this.#intake !== undefined) throw new PipelineError('LIFECYCLE_MISUSE', 'a body is read once')
    const intake = new BodyIntake(this.#host.arrivals, limits, reader)
    this.#intake = intake
    const declaredBytes = parseContentLength(this.header(headerNames.contentLength))
    intake.start(declaredBytes)
    if (intake.state !== 'arriving') return
    if (this.#expectation === '100-continue') this.#response.writeContinue()
    this.#expectation = 'none'
    this.#request.on('data', (piece: Buffer) => intake.take(piece, piece.byteLength === declaredBytes))
    this.#request.on('end', () => intake.take(noBytes, true))
  }

  reply(status: number, headers: readonly ReplyHeader[], body: ReplyBody): void {
    if (this.#state !== 'unanswered') return
    this.#state = 'answered'
    this.#intake?.abandon()
    // A string is copied by the socket; bytes are not, and are the caller's again when this returns.
    const sent = typeof body === 'string' ? body : joinPieces(toPieces(body), 0)
    const response = this.#response
    response.writeHead(status, this.#headersOf(headers, Buffer.byteLength(sent), status))
    response.end(sent)
    this.#linger()
  }

  /** The client neither finished its upload nor took its answer. */
  expire(): void {
    this.socket.destroy()
  }

  #headersOf(headers: readonly ReplyHeader[], bytes: number, status: number): string[] {
    const flat = [serverHeader[0], serverHeader[1]]
    for (const [name, value] of headers) flat.push(name, value)
    if (status !== 204 && status !== 304) flat.push('content-length', String(bytes))
    // A client that was not told to continue sends no body, and then nobody knows where the next request begins.
    const isOver = this.#host.isClosing || this.#intake?.state === 'stalled' || this.#expectation === '100-continue'
    if (isOver) flat.push('connection', 'close')
    return flat
  }

  /** Closing with unread bytes would reset the connection before a client that is still sending has read the answer. */
  #linger(): void {
    this.#host.arrivals.deadlines.add(this, lingerMs)
    if (!this.#request.complete) this.#request.resume()
  }

  #close(): void {
    const before = this.#state
    this.#state = 'gone'
    if (before === 'unanswered') this.#intake?.leave()
    const { deadlines } = this.#host.arrivals
    if (this.#request.complete || this.socket.destroyed) deadlines.remove(this)
    else this.#request.once('close', () => deadlines.remove(this))
  }
}

const noBytes = new Uint8Array(0)

/** Proxies may send the whole URL: scheme and authority are no part of the path. */
function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const local = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const mark = local.indexOf('?')
  if (mark === -1) return { path: local === '' ? '/' : local, query: '' }
  return { path: mark === 0 ? '/' : local.slice(0, mark), query: local.slice(mark + 1) }
}
