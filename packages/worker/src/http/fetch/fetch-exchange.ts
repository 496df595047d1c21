import { PipelineError } from '@redesmyn/core'
import { type BodyArrivals, BodyIntake } from '../body-intake.ts'
import { parseContentLength } from '../content-length.ts'
import type { BodyLimits, BodyReader, Exchange, HeaderName, ReplyBody, ReplyHeader } from '../exchange.ts'
import { joinPieces, toPieces } from '../reply-pieces.ts'

/** A request that another server has taken, as WHATWG's fetch describes it, and the response it waits for. */
export class FetchExchange implements Exchange {
  readonly method: string
  readonly path: string
  readonly query: string
  errorForm: Exchange['errorForm'] = 'json'
  readonly #arrivals: BodyArrivals
  readonly #request: Request
  readonly #respond: (response: Response) => void
  #intake: BodyIntake | undefined
  #isAnswered = false

  constructor(arrivals: BodyArrivals, request: Request, respond: (response: Response) => void) {
    const { pathname, search } = new URL(request.url)
    this.method = request.method
    this.path = pathname
    this.query = search.slice(1)
    this.#arrivals = arrivals
    this.#request = request
    this.#respond = respond
  }

  header(name: HeaderName): string {
    return this.#request.headers.get(name.text) ?? ''
  }

  headers(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#request.headers)
  }

  /** Whoever took the request knows it. */
  remoteAddress(): string {
    return ''
  }

  readBody(limits: BodyLimits, reader: BodyReader): void {
    if (this.#intake !== undefined) throw new PipelineError('LIFECYCLE_MISUSE', 'a body is read once')
    const intake = new BodyIntake(this.#arrivals, limits, reader)
    this.#intake = intake
    intake.start(parseContentLength(this.#request.headers.get('content-length') ?? ''))
    this.#request.signal.addEventListener('abort', () => this.#leave(), { once: true })
    void this.#take(intake)
  }

  reply(status: number, headers: readonly ReplyHeader[], body: ReplyBody): void {
    if (this.#isAnswered) return
    this.#isAnswered = true
    this.#intake?.abandon()
    // Bytes are the caller's again when this returns.
    const sent = typeof body === 'string' ? body : new Uint8Array(joinPieces(toPieces(body), 0))
    const hasBody = this.method !== 'HEAD' && status !== 204 && status !== 304
    const flat = headers.map(([name, value]): [string, string] => [name, value])
    this.#respond(new Response(hasBody ? sent : null, { status, headers: flat }))
  }

  async #take(intake: BodyIntake): Promise<void> {
    try {
      for await (const piece of this.#request.body ?? []) {
        if (intake.state !== 'arriving') return
        intake.take(piece, false)
      }
      intake.take(new Uint8Array(0), true)
    } catch {
      this.#leave()
    }
  }

  #leave(): void {
    if (this.#isAnswered) return
    this.#isAnswered = true
    this.#intake?.leave()
    this.#respond(Response.error())
  }
}
