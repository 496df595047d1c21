import { PipelineError } from '@redesmyn/core'
import type { Pool } from 'undici'
import type { HttpHeaders } from '../../wire/http-headers.ts'
import type { HandoffFailure } from '../instance.ts'
import type { HttpInstanceConfig } from './http-instance-options.ts'
import { readReplyBytes } from './reply-bytes.ts'
import type { SentBody } from './sent-body.ts'
import { transportFailure } from './transport-failure.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: SentBody | undefined
  readonly maxReplyBytes: number
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: HttpHeaders
  /** In shared memory of their own. */
  readonly bytes: Uint8Array
}

/** The connections to one server. */
export class HttpPeer {
  readonly #config: HttpInstanceConfig
  readonly #where: Pick<HandoffFailure, 'stage' | 'instance'>
  #pool: Promise<Pool> | undefined

  constructor(config: HttpInstanceConfig, where: Pick<HandoffFailure, 'stage' | 'instance'>) {
    this.#config = config
    this.#where = where
  }

  /**
   * Rejects with HANDOFF_FAILED where the way breaks, BETWEEN_UNSUPPORTED where what answers does not speak HTTP/1.1,
   * BODY_TOO_LARGE for a longer reply, and the signal's reason.
   */
  async request({ method, path, headers, body, maxReplyBytes, signal }: HttpRequest): Promise<HttpAnswer> {
    try {
      const pool = await this.#open()
      const { authorization } = this.#config
      const reply = await pool.request({
        method,
        path,
        signal,
        headers: {
          ...headers,
          'user-agent': 'redesmyn',
          ...(authorization !== undefined && { authorization }),
          ...(body !== undefined && { 'content-length': String(body.byteLength) }),
        },
        ...(body !== undefined && { body: requestBodyOf(body) }),
      })
      // A body that is given up while nobody reads it says so, and nobody is to be ended by that.
      reply.body.on('error', () => undefined)
      const bytes = await readReplyBytes(reply, maxReplyBytes, this.#where)
      return { status: reply.statusCode, headers: reply.headers, bytes }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof PipelineError) throw error
      throw transportFailure(error, { ...this.#where, isWhole: body?.isWhole ?? false })
    }
  }

  async close(mode: 'drain' | 'abort'): Promise<void> {
    const pool = await this.#pool
    await (mode === 'drain' ? pool?.close() : pool?.destroy())
  }

  #open(): Promise<Pool> {
    return (this.#pool ??= this.#createPool())
  }

  async #createPool(): Promise<Pool> {
    const { Pool } = await import('undici')
    const { origin, tls, connectTimeoutMs, maxConnections } = this.#config
    return new Pool(origin, {
      connections: maxConnections,
      pipelining: 1,
      // Calls have time limits of their own, over connection, head and body together.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        timeout: connectTimeoutMs,
        ...(tls?.ca !== undefined && { ca: tls.ca }),
        ...(tls?.cert !== undefined && { cert: tls.cert }),
        ...(tls?.key !== undefined && { key: tls.key }),
        ...(tls?.serverName !== undefined && { servername: tls.serverName }),
      },
    })
  }
}

/** The library takes anything that can be iterated over, and its types do not say so. */
function requestBodyOf(body: SentBody): Uint8Array {
  return body as unknown as Uint8Array
}
