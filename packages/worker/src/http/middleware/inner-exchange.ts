import type { MiddlewareReply } from '@redesmyn/core'
import type { BodyLimits, BodyReader, Exchange, HeaderName, ReplyBody, ReplyHeader } from '../exchange.ts'
import { joinPieces, toPieces } from '../reply-pieces.ts'

/** The request as the endpoint behind the middleware sees it. */
export interface InnerHead {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly remoteAddress: string
}

export interface InnerExchangeParts {
  readonly head: InnerHead
  /** Gives the body to its reader, now or when it comes. */
  readonly passBody: (reader: BodyReader) => void
  readonly onReply: (reply: MiddlewareReply) => void
}

/** An exchange whose answer goes to middleware and not to the client, and which may begin when its head is long read. */
export class InnerExchange implements Exchange {
  readonly method: string
  readonly path: string
  readonly query: string
  errorForm: Exchange['errorForm'] = 'json'
  readonly #parts: InnerExchangeParts
  #isAnswered = false

  constructor(parts: InnerExchangeParts) {
    const { method, path, query } = parts.head
    this.method = method
    this.path = path
    this.query = query
    this.#parts = parts
  }

  header(name: HeaderName): string {
    return this.#parts.head.headers[name.text] ?? ''
  }

  headers(): Readonly<Record<string, string>> {
    return this.#parts.head.headers
  }

  remoteAddress(): string {
    return this.#parts.head.remoteAddress
  }

  /** The limits were kept when the body came in. */
  readBody(_limits: BodyLimits, reader: BodyReader): void {
    this.#parts.passBody(reader)
  }

  reply(status: number, headers: readonly ReplyHeader[], body: ReplyBody): void {
    if (this.#isAnswered) return
    this.#isAnswered = true
    this.#parts.onReply({
      status,
      headers: Object.fromEntries(headers.map(([name, value]) => [name, value])),
      // Bytes are the endpoint's again when this returns.
      body: typeof body === 'string' ? body : joinPieces(toPieces(body), 0),
    })
  }
}
