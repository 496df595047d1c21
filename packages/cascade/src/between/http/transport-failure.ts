import { PipelineError } from '@redesmyn/core'
import type { HandoffFailure } from '../instance.ts'

export interface TransportFacts extends Pick<HandoffFailure, 'stage' | 'instance'> {
  /** All of the request had been handed to the connection: it may have been run. */
  readonly isWhole: boolean
}

/** What a connection broke with, as an error of the table. */
export function transportFailure(cause: unknown, { stage, instance, isWhole }: TransportFacts): PipelineError {
  const code = codeOf(cause)
  if (cause instanceof Error && cause.name === 'HTTPParserError') {
    return new PipelineError(
      'BETWEEN_UNSUPPORTED',
      `what answers at ${instance} does not speak HTTP/1.1, expected a stage server`,
      { details: { stage, instance }, cause },
    )
  }
  const failed = reasons[code] ?? (cause instanceof Error ? cause.message : 'unknown cause')
  return new PipelineError(
    'HANDOFF_FAILED',
    `the way to stage "${stage}" at ${instance} failed: ${failed}${code === '' ? '' : ` (${code})`}`,
    { details: { stage, instance, ...(!isWhole && { notExecuted: true }) }, cause },
  )
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the host name is unknown',
  EPIPE: 'the connection was closed',
  EPROTO: 'the TLS handshake failed, expected a server that speaks TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the TLS handshake failed, expected a server that speaks TLS',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was opened in time',
  UND_ERR_SOCKET: 'the connection was closed before the reply had come',
}

/** A pool that tries several addresses of a host throws the errors of all of them. */
function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0])
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}
