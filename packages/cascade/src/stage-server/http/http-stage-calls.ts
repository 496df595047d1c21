import { arrowMediaType, PipelineError } from '@redesmyn/core'
import type { Contract } from '../../handoff/contract.ts'
import type { CallHead } from '../../wire/call-head.ts'
import { readCallHeaders } from '../../wire/http-call-head.ts'
import { writeReplyHead } from '../../wire/http-reply-head.ts'
import type { Admission, ServedReply } from '../stage-service.ts'
import { type CallFormat, callFormatOf } from './call-format.ts'
import type { HttpExchange } from './http-exchange.ts'
import type { HttpListenerConfig } from './http-listener-config.ts'
import type { HttpReplies } from './http-replies.ts'
import { readSharedBody } from './shared-body.ts'
import { writePieces } from './write-pieces.ts'

/** One request as a call to a stage: room is asked for before a byte of its body is read. */
export class HttpStageCalls {
  readonly #config: HttpListenerConfig
  readonly #replies: HttpReplies

  constructor(config: HttpListenerConfig, replies: HttpReplies) {
    this.#config = config
    this.#replies = replies
  }

  async serve(exchange: HttpExchange, stage: string): Promise<void> {
    const { clock } = this.#config
    const headAtMs = clock.now()
    const { contract, format, head } = beforeRunning(() => this.#read(exchange, stage))
    const left = whenGone(exchange)
    const { bytes, admission } = await this.#takeBody(exchange, contract, left)
    try {
      const batch = beforeRunning(() => format.read(bytes, contract))
      const deadlineMs = head.deadlineMs - (clock.now() - headAtMs)
      const reply = await admission.call(batch, { ...head, deadlineMs }, left)
      try {
        await this.#send(exchange, format, reply)
      } finally {
        reply.release()
      }
    } finally {
      admission.release()
    }
  }

  #read({ request }: HttpExchange, stage: string): { contract: Contract; format: CallFormat; head: CallHead } {
    const contract = this.#config.service.contracts.find(({ name }) => name === stage)
    if (contract === undefined) {
      const names = this.#config.service.contracts.map(({ name }) => `"${name}"`).join(', ')
      throw new PipelineError('ROUTE_NOT_FOUND', `there is no stage "${stage.slice(0, 200)}" here, only ${names}`)
    }
    return { contract, format: callFormatOf(request.headers), head: readCallHeaders(request.headers) }
  }

  /** A body of unknown length gets the room of the longest one until it is there. */
  async #takeBody(exchange: HttpExchange, { name, limits }: Contract, signal: AbortSignal): Promise<TakenBody> {
    const { service, clock, bodyTimeoutMs, maxChunkedBytes } = this.#config
    const { request, response, isExpecting } = exchange
    const declaredBytes = declaredBytesOf(exchange)
    const roomBytes = declaredBytes ?? Math.min(maxChunkedBytes, limits.maxBytes)
    let admission = beforeRunning(() => service.admit(name, roomBytes))
    try {
      if (isExpecting) response.writeContinue()
      const bytes = await readSharedBody(request, { declaredBytes, maxBytes: roomBytes, clock, bodyTimeoutMs, signal })
      if (declaredBytes !== undefined) return { bytes, admission }
      admission.release()
      admission = service.admit(name, bytes.byteLength)
      return { bytes, admission }
    } catch (error) {
      admission.release()
      throw notExecuted(error)
    }
  }

  async #send(exchange: HttpExchange, format: CallFormat, reply: ServedReply): Promise<void> {
    const { service, clock, bodyTimeoutMs } = this.#config
    const { response } = exchange
    const pieces = format.write(reply)
    const figures = {
      rejectCount: reply.rejects.length,
      serverTimingMs: reply.serverTimingMs,
      freeBytes: service.freeBytes,
    }
    response.writeHead(200, {
      ...writeReplyHead(figures),
      ...this.#replies.connectionHeaders({ ...exchange, isExpecting: false }),
      'content-type': format.contentType,
      'content-length': pieces.reduce((sum, { byteLength }) => sum + byteLength, 0),
    })
    await writePieces(response, pieces, { clock, timeoutMs: bodyTimeoutMs })
  }
}

interface TakenBody {
  readonly bytes: Uint8Array
  readonly admission: Admission
}

/** Aborts when the sender goes away before it has its reply. */
function whenGone({ response }: HttpExchange): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new PipelineError('CLIENT_GONE', 'the sender has closed the connection'))
  })
  return gone.signal
}

function declaredBytesOf({ request }: HttpExchange): number | undefined {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding !== undefined) return undefined
  const bytes = Number(length ?? 0)
  if (bytes > 0) return bytes
  throw new PipelineError('BODY_MALFORMED', `the body is empty, expected rows as ${arrowMediaType} or JSON`, {
    details: { notExecuted: true },
  })
}

function beforeRunning<Value>(step: () => Value): Value {
  try {
    return step()
  } catch (error) {
    throw notExecuted(error)
  }
}

/** Says of an error that no row was seen by the stage. */
function notExecuted(thrown: unknown): unknown {
  if (!(thrown instanceof PipelineError) || thrown.details['notExecuted'] === true) return thrown
  const { code, message, details, cause } = thrown
  return new PipelineError(code, message, { details: { ...details, notExecuted: true }, cause })
}
