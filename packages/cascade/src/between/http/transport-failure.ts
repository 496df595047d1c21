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
  const failed = reasonOf(code, instance) ?? (cause instanceof Error ? cause.message : 'unknown cause')
  return new PipelineError(
    'HANDOFF_FAILED',
    `the way to stage "${stage}" at ${instance} failed: ${failed}${code === '' ? '' : ` (${code})`}`,
    { details: { stage, instance, ...(!isWhole && { notExecuted: true }) }, cause },
  )
}

/** The server says no more than that. */
const closedOverTls =
  'the connection was closed before the reply had come, as it is to senders without a certificate that is known there'

const reasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is of no authority that is trusted',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the host name is unknown',
  EPIPE: 'the connection was closed',
  EPROTO: 'the TLS handshake failed, expected a server that speaks TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the TLS handshake failed, expected a server that speaks TLS',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name than that of the URL or of tls.serverName',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of no authority that is trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of no authority that is trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of no authority that is trusted',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was opened in time',
  UND_ERR_SOCKET: 'the connection was closed before the reply had come',
}

function reasonOf(code: string, instance: string): string | undefined {
  return code === 'UND_ERR_SOCKET' && instance.startsWith('https:') ? closedOverTls : reasons[code]
}

/** A pool that tries several addresses of a host throws the errors of all of them. */
function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0])
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}
