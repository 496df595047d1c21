import type { Log, PipelineError } from '@redesmyn/core'
import { emit } from '../observe/event-table.ts'
import { toOneLine } from './error-reply.ts'

export interface FailedRequest {
  readonly error: PipelineError
  readonly requestId: string
  /** The path of the endpoint as declared. */
  readonly endpoint: string
  readonly modelKey: string | undefined
}

/** Writes a line a failed request: what the server is to blame for as errors, the rest for whoever debugs. */
export class FailureLog {
  readonly #log: Log
  /** A batch fails all its requests with one error: its stack is written once. */
  readonly #written = new WeakSet<PipelineError>()

  constructor(log: Log) {
    this.#log = log
  }

  report({ error, ...request }: FailedRequest): void {
    const { code, meaning } = error
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
