import { PipelineError } from '@redesmyn/core'
import { type BodyArrivals, BodyIntake } from '../body-intake.ts'
import { parseContentLength } from '../content-length.ts'
import type { BodyLimits, BodyReader, Exchange, HeaderName, ReplyBody, ReplyHeader } from '../exchange.ts'
import { headerNames } from '../header-text.ts'
import { serverHeader } from '../reply-headers.ts'
import { countBytes, joinPieces, toPieces } from '../reply-pieces.ts'
import { statusLine } from './status-line.ts'
import { streamPieces } from './stream-pieces.ts'
import type { UwsRequest, UwsResponse } from './uws-module.ts'

/** What an exchange needs of the front end that made it. */
export interface UwsExchangeHost {
  readonly arrivals: BodyArrivals
  readonly isClosing: boolean
  /** The reply is on its way as a whole, or the client has gone. Once per exchange. */
  onExchangeEnd(): void
}

/** From here on a body is written as the socket takes it, so that a slow reader does not double it in memory. */
const streamedBytes = 64 * 1024

export class UwsExchange implements Exchange {
  readonly method: string
  readonly path: string
  readonly query: string
  errorForm: Exchange['errorForm'] = 'json'
  readonly #host: UwsExchangeHost
  readonly #response: UwsResponse
  /** Gone once the handler has returned: uWebSockets reuses it. */
  #request: UwsRequest | undefined
  #intake: BodyIntake | undefined
  /** The response may be touched in the first two states only. */
  #state: 'unanswered' | 'flushing' | 'ended' = 'unanswered'

  constructor(host: UwsExchangeHost, method: string, response: UwsResponse, request: UwsRequest) {
    this.#host = host
    this.method = method
    this.path = request.getUrl()
    this.query = request.getQuery() ?? ''
    this.#response = response
    this.#request = request
  }

  header(name: HeaderName): string {
    if (this.#request === undefined) throw tooLate('a header')
    return this.#request.getHeader(name.bytes)
  }

  headers(): Readonly<Record<string, string>> {
    if (this.#request === undefined) throw tooLate('a header')
    const headers: Record<string, string> = Object.create(null)
    this.#request.forEach((name, value) => {
      const before = headers[name]
      headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`
    })
    return headers
  }

  remoteAddress(): string {
    if (this.#request === undefined) throw tooLate('the address of the peer')
    return Buffer.from(this.#response.getRemoteAddressAsText()).toString('latin1')
  }

  readBody(limits: BodyLimits, reader: BodyReader): void {
    if (this.#request === undefined || this.#intake !== undefined) throw tooLate('the body, once,')
    const intake = new BodyIntake(this.#host.arrivals, limits, reader)
    this.#intake = intake
    intake.start(parseContentLength(this.#request.getHeader(headerNames.contentLength.bytes)))
    if (intake.state === 'arriving') {
      this.#response.onData((piece, isLast) => intake.take(new Uint8Array(piece), isLast))
    }
  }

  reply(status: number, headers: readonly ReplyHeader[], body: ReplyBody): void {
    if (this.#state !== 'unanswered') return
    this.#state = 'ended'
    this.#intake?.abandon()
    this.#response.cork(() => {
      if (status !== 200) this.#response.writeStatus(statusLine(status))
      this.#response.writeHeader(serverHeader[2].name, serverHeader[2].value)
      for (const header of headers) this.#writeHeader(header)
      this.#writeBody(status, body)
    })
    if (this.#state === 'ended') this.#host.onExchangeEnd()
  }

  /** The handler is about to return: what is still to be written can be aborted from here on. */
  seal(): void {
    this.#request = undefined
    if (this.#state !== 'ended') this.#response.onAborted(() => this.#abort())
  }

  #writeHeader(header: ReplyHeader): void {
    const bytes = header[2]
    if (bytes === undefined) this.#response.writeHeader(header[0], header[1])
    else this.#response.writeHeader(bytes.name, bytes.value)
  }

  #writeBody(status: number, body: ReplyBody): void {
    const closes = this.#host.isClosing || this.#intake?.state === 'stalled'
    if (this.method === 'HEAD') this.#writeNoBody(body)
    else if (status === 204 || status === 304) this.#response.endWithoutBody()
    else if (typeof body === 'string' && body.length < streamedBytes) this.#response.end(body, closes)
    else this.#writePieces(toPieces(body), closes)
  }

  /** Ending with a length but without a body leaves the connection unusable in uWebSockets, hence a plain header. */
  #writeNoBody(body: ReplyBody): void {
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : countBytes(toPieces(body))
    this.#response.writeHeader('content-length', String(bytes)).endWithoutBody()
  }

  /** Only `end` can close the connection, and it takes one piece. */
  #writePieces(pieces: readonly Uint8Array[], closes: boolean): void {
    const [only] = pieces
    if (closes || countBytes(pieces) < streamedBytes) {
      this.#response.end(pieces.length === 1 && only !== undefined ? only : joinPieces(pieces, 0), closes)
      return
    }
    this.#state = streamPieces(this.#response, pieces, () => this.#flushed()) === 'flushed' ? 'ended' : 'flushing'
  }

  #flushed(): void {
    this.#state = 'ended'
    this.#host.onExchangeEnd()
  }

  #abort(): void {
    const before = this.#state
    if (before === 'ended') return
    this.#state = 'ended'
    this.#host.onExchangeEnd()
    if (before === 'unanswered') this.#intake?.leave()
  }
}

function tooLate(what: string): PipelineError {
  return new PipelineError('LIFECYCLE_MISUSE', `${what} can only be read until onExchange returns`)
}
