import { randomUUID } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { type Clock, errorTable, type Log, PipelineError } from '@redesmyn/core'
import { writeFailure } from '../../wire/failure-head.ts'
import { httpHeaders } from '../../wire/http-headers.ts'
import type { HttpExchange } from './http-exchange.ts'

export interface HttpReplyParts {
  readonly clock: Clock
  readonly isClosing: () => boolean
  readonly log: Log
}

/** For the rest of a refused upload to arrive: closing at once would reset the connection before the sender has read why. */
const lingerMs = 2000

/** Writes answers that are not batches. */
export class HttpReplies {
  readonly #parts: HttpReplyParts

  constructor(parts: HttpReplyParts) {
    this.#parts = parts
  }

  text(exchange: HttpExchange, text: string): void {
    this.#end(exchange, 200, { 'content-type': 'text/plain; charset=utf-8' }, text)
  }

  json(exchange: HttpExchange, text: string): void {
    this.#end(exchange, 200, { 'content-type': 'application/json' }, text)
  }

  /** What every head says of the connection. */
  connectionHeaders({ request, isExpecting }: HttpExchange): OutgoingHttpHeaders {
    // A sender that was not told to continue sends no body, and then nobody knows where the next request begins.
    const isOver = this.#parts.isClosing() || isExpecting || !request.complete
    return isOver ? { server: 'redesmyn', connection: 'close' } : { server: 'redesmyn' }
  }

  /** With the table's status. Where the head has left already the connection is cut: half a reply must not look whole. */
  fail(exchange: HttpExchange, thrown: unknown): void {
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
    this.#end(exchange, errorTable[error.code].http ?? 500, headers, body)
  }

  #end(exchange: HttpExchange, status: number, headers: OutgoingHttpHeaders, body: string): void {
    const { request, response } = exchange
    response.writeHead(status, {
      ...headers,
      ...this.connectionHeaders(exchange),
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
    if (request.complete) return
    request.resume()
    const cancel = this.#parts.clock.after(lingerMs, () => request.socket.destroy())
    request.once('close', cancel)
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
