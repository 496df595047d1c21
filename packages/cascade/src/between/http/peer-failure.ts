import { type ErrorCode, errorTable, isErrorCode, PipelineError } from '@redesmyn/core'
import { headerOf, httpHeaders } from '../../wire/http-headers.ts'
import { isRecord } from '../../wire/read-fields.ts'
import type { HandoffFailure } from '../instance.ts'
import type { HttpAnswer } from './http-peer.ts'

export interface PeerFacts extends Pick<HandoffFailure, 'stage' | 'instance'> {
  /** What was sent to the peer and must not be told to anybody, whatever the peer does with it. */
  readonly secrets: readonly string[]
}

/** What proxies and other servers say by a status alone. */
const codesOfStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'UNAUTHENTICATED',
  408: 'UPLOAD_STALLED',
  413: 'BODY_TOO_LARGE',
  429: 'QUEUE_FULL',
  502: 'HANDOFF_FAILED',
  503: 'HANDOFF_FAILED',
  504: 'HANDOFF_FAILED',
}

const maxMessageLength = 2000

/** An answer that is not 200, as the error that it tells: by its code where it has one of the table, else by its status. */
export function peerFailure(answer: HttpAnswer, { stage, instance, secrets }: PeerFacts): PipelineError {
  const told = readError(answer, secrets)
  const retryAfterMs = retryAfterOf(answer)
  const details = {
    stage,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...told?.details,
    instance,
    ...(headerOf(answer.headers, httpHeaders.notExecuted) === '1' && { notExecuted: true }),
  }
  if (told !== undefined) return new PipelineError(told.code, told.message, { details })
  const { status } = answer
  const code = codesOfStatus[status]
  const message = `stage "${stage}" at ${instance} was answered with status ${status} and no error of a stage server`
  // Whoever reads it can tell a status from a connection that broke.
  return new PipelineError(code ?? (status >= 500 ? 'HANDOFF_FAILED' : 'BETWEEN_UNSUPPORTED'), message, {
    details: { ...details, status },
  })
}

interface ToldError {
  readonly code: ErrorCode
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

function readError({ bytes }: HttpAnswer, secrets: readonly string[]): ToldError | undefined {
  const error = parse(bytes, secrets)
  if (!isRecord(error)) return undefined
  const { code, message, details } = error
  if (!isErrorCode(code) || !isSent(code) || typeof message !== 'string') return undefined
  return { code, message: ownWords(code, message), details: isRecord(details) ? details : {} }
}

function parse(bytes: Uint8Array, secrets: readonly string[]): unknown {
  // A decoder takes no shared memory.
  const told = new TextDecoder().decode(new Uint8Array(bytes))
  const text = secrets.reduce((all, secret) => all.replaceAll(secret, '[redacted]'), told)
  try {
    const body: unknown = JSON.parse(text)
    return isRecord(body) ? body['error'] : undefined
  } catch {
    return undefined
  }
}

function isSent(code: ErrorCode): boolean {
  const { http } = errorTable[code]
  return http !== null && code !== 'CLIENT_GONE'
}

/** Each server on the way would put its words before it. */
function ownWords(code: ErrorCode, message: string): string {
  const own = code === 'REQUEST_INVALID' ? message.replace(/^bad request: /, '') : message
  return own.slice(0, maxMessageLength).replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')
}

function retryAfterOf({ headers }: HttpAnswer): number | undefined {
  const text = headerOf(headers, httpHeaders.retryAfter)
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1000 : undefined
}
