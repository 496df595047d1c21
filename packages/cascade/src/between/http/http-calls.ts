import { assignFields, PipelineError, type RecordBatch } from '@redesmyn/core'
import type { CallContext, Reply } from '../../handoff/between.ts'
import type { Contract } from '../../handoff/contract.ts'
import type { ReplyRows } from '../../wire/arrow-message.ts'
import { writeCallHeaders } from '../../wire/http-call-head.ts'
import { headerOf, httpPaths } from '../../wire/http-headers.ts'
import { readReplyHead } from '../../wire/http-reply-head.ts'
import type { HandoffFailure } from '../instance.ts'
import { arrowCodec, type CallCodec, jsonCodec } from './call-codec.ts'
import { withinScope } from './call-scope.ts'
import type { HttpInstanceConfig } from './http-instance-options.ts'
import { type HttpAnswer, HttpPeer } from './http-peer.ts'
import { peerFailure } from './peer-failure.ts'
import { readContractAnswer } from './read-contract-answer.ts'
import { SentBody } from './sent-body.ts'

const maxContractBytes = 4 * 2 ** 20

/** The protocol over HTTP as its sender speaks it: contracts asked for, batches sent, replies read. */
export class HttpCalls {
  readonly #config: HttpInstanceConfig
  readonly #where: Pick<HandoffFailure, 'stage' | 'instance'>
  readonly #codec: CallCodec
  readonly #peer: HttpPeer

  constructor(config: HttpInstanceConfig, instance: string) {
    this.#config = config
    this.#where = { stage: config.stage, instance }
    this.#codec = config.format === 'json' ? jsonCodec(config.optionalColumns) : arrowCodec
    this.#peer = new HttpPeer(config, this.#where)
  }

  /** What the stage takes and gives; undefined for an endpoint that is no stage server and has no contract to tell. */
  async contract(signals: readonly AbortSignal[]): Promise<Contract | undefined> {
    const { clock, basePath, isPlain, helloTimeoutMs: timeoutMs } = this.#config
    const onTimeout = (): PipelineError => this.#silent(timeoutMs, undefined)
    const answer = await withinScope({ clock, signals, timeoutMs, onTimeout }, (signal) => {
      return this.#peer.request({
        method: 'GET',
        path: `${basePath}${httpPaths.contracts}`,
        headers: { accept: 'application/json' },
        body: undefined,
        maxReplyBytes: maxContractBytes,
        signal,
      })
    })
    if (isPlain && (answer.status === 404 || answer.status === 405)) return undefined
    if (answer.status !== 200) throw this.#failureOf(answer)
    return readContractAnswer(answer, this.#where)
  }

  /** One attempt. `offer` is what the stage has said of itself, if it was asked. */
  async call(
    batch: RecordBatch,
    context: CallContext,
    offer: Contract | undefined,
    abort: AbortSignal,
  ): Promise<Reply> {
    const { callPath, maxReplyBytes } = this.#config
    const body = new SentBody(this.#codec.encode(batch, offer?.input.fields))
    const headers = {
      'content-type': this.#codec.mediaType,
      accept: this.#codec.mediaType,
      ...writeCallHeaders(context, offer?.input.fingerprint),
    }
    const answer = await withinScope(this.#scopeOf(context, abort, body), (signal) => {
      return this.#peer.request({ method: 'POST', path: callPath, headers, body, maxReplyBytes, signal })
    })
    if (answer.status !== 200) throw this.#failureOf(answer)
    const { rows, serverTimingMs } = this.#read(answer, batch.rowCount, offer)
    const serialisedBytes = body.byteLength + answer.bytes.byteLength
    return { ...rows, serverTimingMs, carried: { transport: 'http', serialisedBytes } }
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    return this.#peer.close(mode)
  }

  #scopeOf({ deadlineMs, signal }: CallContext, abort: AbortSignal, body: SentBody) {
    const { clock, requestTimeoutMs } = this.#config
    const onTimeout = (): PipelineError => {
      return deadlineMs <= requestTimeoutMs ? this.#late(body) : this.#silent(requestTimeoutMs, body)
    }
    return { clock, signals: [signal, abort], timeoutMs: Math.min(deadlineMs, requestTimeoutMs), onTimeout }
  }

  #read(
    answer: HttpAnswer,
    rowCount: number,
    offer: Contract | undefined,
  ): { rows: ReplyRows; serverTimingMs: number } {
    const { isPlain, maxReplyBytes: maxBytes } = this.#config
    const type = headerOf(answer.headers, 'content-type') ?? ''
    if (!type.toLowerCase().startsWith(this.#codec.mediaType)) throw this.#foreign(`its content type is "${type}"`)
    const head = readReplyHead(answer.headers)
    if (head === undefined) throw this.#foreign('it does not count its rejects')
    const { rejectCount, serverTimingMs } = head
    const output = offer?.output.fields
    try {
      const rows = this.#codec.decode(answer.bytes, { rejectCount, rowCount, output, maxBytes })
      if (isPlain && rows.batch.rowCount !== rowCount)
        throw this.#foreign(`it has ${rows.batch.rowCount} rows for ${rowCount}`)
      return {
        rows: output === undefined ? rows : { ...rows, batch: assignFields(rows.batch, output) },
        serverTimingMs,
      }
    } catch (error) {
      throw this.#replyError(error)
    }
  }

  /** What a reply lacks is what the peer broke, and not what the sender sent. */
  #replyError(error: unknown): unknown {
    if (!(error instanceof PipelineError)) return error
    const { stage, instance } = this.#where
    if (error.code === 'BODY_MALFORMED') return this.#foreign(error.message, error)
    if (error.code !== 'SCHEMA_MISMATCH' && error.code !== 'RECORD_INVALID') return error
    const code = error.code === 'RECORD_INVALID' ? 'OUTPUT_SCHEMA_MISMATCH' : error.code
    return new PipelineError(
      code,
      `the reply of stage "${stage}" at ${instance} does not fit its contract: ${error.message}`,
      {
        details: { ...error.details, ...this.#where },
        cause: error,
      },
    )
  }

  #foreign(problem: string, cause?: unknown): PipelineError {
    const { stage, instance } = this.#where
    const message = `the reply of stage "${stage}" at ${instance} cannot be read: ${problem}`
    return new PipelineError('BETWEEN_UNSUPPORTED', message, { details: this.#where, cause })
  }

  #failureOf(answer: HttpAnswer): PipelineError {
    return peerFailure(answer, { ...this.#where, secrets: this.#config.secrets })
  }

  #late({ isWhole }: SentBody): PipelineError {
    const { stage, instance } = this.#where
    return new PipelineError('DEADLINE_EXCEEDED', `no time was left for stage "${stage}" at ${instance} to answer`, {
      details: { ...this.#where, ...(!isWhole && { notExecuted: true }) },
    })
  }

  /** Nothing is run of what was not sent whole, and nothing where there was nothing to run. */
  #silent(timeoutMs: number, body: SentBody | undefined): PipelineError {
    const { stage, instance } = this.#where
    return new PipelineError(
      'HANDOFF_FAILED',
      `stage "${stage}" at ${instance} did not answer within ${timeoutMs} ms`,
      {
        details: { ...this.#where, ...(body?.isWhole !== true && { notExecuted: true }) },
      },
    )
  }
}
