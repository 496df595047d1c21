import type { BodyLimits, BodyReader, Exchange, HeaderName, ReplyBody, ReplyHeader } from '../exchange.ts'
import { joinPieces, toPieces } from '../reply-pieces.ts'
import type { ContentCoding } from './content-coding.ts'

/** Longer answers are compressed in a thread of node's pool: this much takes about a millisecond. */
const maxSyncBytes = 64 * 1024
/** What is compressed already. */
const compressedType = /^(?:image\/(?!svg)|audio\/|video\/|application\/(?:zip|gzip|zstd|x-7z))/i

/** An exchange whose answer is compressed on its way. */
export class CompressingExchange implements Exchange {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly #exchange: Exchange
  /** `undefined`: the client takes none, and caches must know that it was asked. */
  readonly #coding: ContentCoding | undefined
  readonly #minBytes: number
  #isReplied = false

  constructor(exchange: Exchange, coding: ContentCoding | undefined, minBytes: number) {
    this.method = exchange.method
    this.path = exchange.path
    this.query = exchange.query
    this.#exchange = exchange
    this.#coding = coding
    this.#minBytes = minBytes
  }

  get errorForm(): Exchange['errorForm'] {
    return this.#exchange.errorForm
  }

  set errorForm(form: Exchange['errorForm']) {
    this.#exchange.errorForm = form
  }

  headers(): Readonly<Record<string, string>> {
    return this.#exchange.headers()
  }

  remoteAddress(): string {
    return this.#exchange.remoteAddress()
  }

  header(name: HeaderName): string {
    return this.#exchange.header(name)
  }

  readBody(limits: BodyLimits, reader: BodyReader): void {
    this.#exchange.readBody(limits, reader)
  }

  reply(status: number, headers: readonly ReplyHeader[], body: ReplyBody): void {
    if (this.#isReplied) return
    this.#isReplied = true
    const varied = withVary(headers)
    const coding = this.#coding
    if (coding === undefined || !mayCompress(status, headers)) return this.#exchange.reply(status, varied, body)
    // The bytes are the caller's again when this returns, and may be shared with threads.
    const whole = typeof body === 'string' ? Buffer.from(body) : joinPieces(toPieces(body), 0)
    if (whole.byteLength < this.#minBytes) return this.#exchange.reply(status, varied, body)
    const send = (compressed: Uint8Array): void => {
      if (compressed.byteLength >= whole.byteLength) this.#exchange.reply(status, varied, whole)
      else this.#exchange.reply(status, [...varied, ['content-encoding', coding.name]], compressed)
    }
    if (whole.byteLength <= maxSyncBytes) send(coding.deflateSync(whole, coding.options))
    else coding.deflate(whole, coding.options, (error, compressed) => send(error === null ? compressed : whole))
  }
}

function mayCompress(status: number, headers: readonly ReplyHeader[]): boolean {
  if (status === 204 || status === 304) return false
  return !headers.some(
    ([name, value]) => name === 'content-encoding' || (name === 'content-type' && compressedType.test(value)),
  )
}

function withVary(headers: readonly ReplyHeader[]): readonly ReplyHeader[] {
  const known = headers.find(([name]) => name === 'vary')
  if (known === undefined) return [...headers, ['vary', 'accept-encoding']]
  return [...headers.filter((header) => header !== known), ['vary', `${known[1]}, accept-encoding`]]
}
