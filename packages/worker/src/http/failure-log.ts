import type { Log, PipelineError } from '@redesmyn/core'
import { emit } from '../observe/event-table.ts'
import { toOneLine } from './error-reply.ts'

export interface FailedRequest {
  readonly error: PipelineError
  readonly requestId: string
  /** The path of the endpoint as declared. */
  readonly endpoint: string
  readonly modelKey: string | undefined
  /** Its place in a trace, where it is traced. */
  readonly trace?: { readonly traceId: string; readonly spanId: string } | undefined
}

/** Writes a line a failed request: what the server is to blame for as errors, the rest for whoever debugs. */
export class FailureLog {
  readonly #log: Log
  /** Failed requests by code. */
  readonly counts = new Map<string, number>()
  /** A batch fails all its requests with one error: its stack is written once. */
  readonly #written = new WeakSet<PipelineError>()

  constructor(log: Log) {
    this.#log = log
  }

  report({ error, trace, ...named }: FailedRequest): void {
    const { code, meaning } = error
    const request = trace === undefined ? named : { ...named, traceId: trace.traceId, spanId: trace.spanId }
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1)
    if (meaning.http !== null && (meaning.http < 500 || meaning.isRetryable)) {
      emit(this.#log, 'requestRefused', { ...request, code, reason: toOneLine(error.message) })
      return
    }
    const isKnown = this.#written.has(error)
    this.#written.add(error)
    emit(this.#log, 'requestFailed', {
      ...request,
      code,
      ...(isKnown ? { reason: toOneLine(error.message) } : { err: error }),
    })
  }
}
