import { randomUUID } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { type Clock, errorTable, type Log, PipelineError } from '@redesmyn/core'
import { writeFailure } from '../../wire/failure-head.ts'
import { httpHeaders } from '../../wire/http-headers.ts'
import type { HttpExchange } from './http-exchange.ts'
import { settled } from './settled.ts'

export interface HttpReplyParts {
  readonly clock: Clock
  readonly isClosing: () => boolean
  readonly log: Log
}

/** For the rest of a refused upload to arrive: closing before that would reset the connection before the sender has read why. */
const lingerMs = 2000

/** Writes answers that are not batches. */
export class HttpReplies {
  readonly #parts: HttpReplyParts

  constructor(parts: HttpReplyParts) {
    this.#parts = parts
  }

  text(exchange: HttpExchange, text: string): Promise<void> {
    return this.#end(exchange, 200, { 'content-type': 'text/plain; charset=utf-8' }, text)
  }

  json(exchange: HttpExchange, text: string): Promise<void> {
    return this.#end(exchange, 200, { 'content-type': 'application/json' }, text)
  }

  /** What every head says of the connection. */
  connectionHeaders({ request, isExpecting }: HttpExchange): OutgoingHttpHeaders {
    // A sender that was not told to continue sends no body, and then nobody knows where the next request begins.
    const isOver = this.#parts.isClosing() || isExpecting || !request.complete
    return isOver ? { server: 'redesmyn', connection: 'close' } : { server: 'redesmyn' }
  }

  /** With the table's status. Where the head has left already the connection is cut: half a reply must not look whole. */
  async fail(exchange: HttpExchange, thrown: unknown): Promise<void> {
    const { response } = exchange
    if (response.headersSent || response.destroyed) {
      response.destroy()
      return
    }
    const error = this.#errorOf(thrown)
    const { notExecuted, allow } = error.details
    const requestId = randomUUID()
    const headers = {
      'content-type': 'application/json',
      'x-request-id': requestId,
      ...(notExecuted === true && { [httpHeaders.notExecuted]: '1' }),
      ...retryAfter(error),
      ...(error.code === 'UNAUTHENTICATED' && { 'www-authenticate': 'Bearer' }),
      ...(error.code === 'METHOD_NOT_ALLOWED' && Array.isArray(allow) && { allow: allow.join(', ') }),
    }
    const body = JSON.stringify({ error: { ...writeFailure(error), requestId } })
    await this.#end(exchange, errorTable[error.code].http ?? 500, headers, body)
  }

  /** Resolves when the answer has left, or its connection has closed. */
  async #end(exchange: HttpExchange, status: number, headers: OutgoingHttpHeaders, body: string): Promise<void> {
    const { request, response, isExpecting } = exchange
    const connection = this.connectionHeaders(exchange)
    response.writeHead(status, { ...headers, ...connection, 'content-length': Buffer.byteLength(body) })
    if (!request.complete && !isExpecting) {
      response.write(body)
      await this.#passOver(request)
      response.end()
    } else response.end(body)
    await settled(response, 'finish')
  }

  /** Takes what is left of a body that nobody wants, as long as that does not take for ever. */
  async #passOver(request: IncomingMessage): Promise<void> {
    const cancel = this.#parts.clock.after(lingerMs, () => request.socket.destroy())
    request.resume()
    await new Promise<void>((resolve) => request.once('end', resolve).once('close', resolve))
    cancel()
  }

  #errorOf(thrown: unknown): PipelineError {
    if (thrown instanceof PipelineError) return thrown
    this.#parts.log.error({ err: thrown }, 'A call to a stage failed for a defect of the runtime.')
    return new PipelineError('INTERNAL', 'internal error', { cause: thrown })
  }
}

/** In whole seconds; who is refused for want of room is always told one. */
function retryAfter({ code, details: { retryAfterMs } }: PipelineError): OutgoingHttpHeaders {
  if (typeof retryAfterMs === 'number') return { [httpHeaders.retryAfter]: String(Math.ceil(retryAfterMs / 1000)) }
  return code === 'QUEUE_FULL' ? { [httpHeaders.retryAfter]: '1' } : {}
}
