import { STATUS_CODES } from 'node:http'
import type { PipelineError } from '@redesmyn/core'
import type { ErrorForm, Exchange, ReplyHeader } from './exchange.ts'
import { problemMediaType } from './media-type.ts'

/** The most issues that one answer lists; a body of many megabytes could have millions. */
export const maxIssues = 1000

/**
 * Answers with an error of the table: `{"error":{"code","message","requestId","details"}}`, or as a problem where the
 * client asked for that.
 */
export function replyError(exchange: Exchange, error: PipelineError, requestId: string, more?: ReplyHeader): void {
  const { status, headers, body } = errorReply(error, requestId, exchange.errorForm)
  exchange.reply(status, more === undefined ? headers : [...headers, more], body)
}

/** The same as what is sent. */
export interface ErrorReply {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

export function errorReply(error: PipelineError, requestId: string, form: ErrorForm = 'json'): ErrorReply {
  const isProblem = form === 'problem'
  return {
    status: errorStatus(error),
    headers: errorHeaders(error, requestId, isProblem ? problemMediaType : 'application/json'),
    body: isProblem ? problemBody(error, requestId) : errorBody(error, requestId),
  }
}

/** Errors that should never reach a client are the runtime's fault when they do. */
export function errorStatus(error: PipelineError): number {
  return error.meaning.http ?? 500
}

/** What a client may read of an error, on one line. What user code or the runtime threw is for the log only. */
export function publicMessage(error: PipelineError): string {
  if (error.code === 'HANDLER_ERROR') return 'internal error: the handler failed'
  if (!error.meaning.isExposed) return 'internal error'
  if (isElsewhere(error)) return `stage "${String(error.details['stage'])}" runs elsewhere: ${error.meaning.when}`
  const message = toOneLine(error.message)
  return error.code === 'REQUEST_INVALID' ? `bad request: ${message}` : message
}

function errorBody(error: PipelineError, requestId: string): string {
  const { code, message, details } = publicFacts(error)
  return toText({ error: { code, message, requestId, details } })
}

/** RFC 9457, with the members of our own form beside its own. */
function problemBody(error: PipelineError, requestId: string): string {
  const { code, message, details } = publicFacts(error)
  const status = errorStatus(error)
  const title = STATUS_CODES[status] ?? 'Unknown'
  return toText({ type: 'about:blank', title, status, detail: message, code, requestId, details })
}

function publicFacts(error: PipelineError) {
  const { code, meaning, details } = error
  return {
    code: meaning.http === null ? 'INTERNAL' : code,
    message: publicMessage(error),
    details: meaning.isExposed ? withoutAddresses(details) : stageIn(details),
  }
}

/** Where a stage elsewhere is asked for is its operator's business, whose log has the whole message. */
function isElsewhere({ details }: PipelineError): boolean {
  return 'instance' in details || 'instances' in details
}

function withoutAddresses(details: PipelineError['details']): PipelineError['details'] {
  return Object.fromEntries(Object.entries(details).filter(([name]) => name !== 'instance' && name !== 'instances'))
}

/** Of an error that is not shown, the stage that it comes from may be. */
function stageIn({ stage }: PipelineError['details']): { readonly stage?: unknown } {
  return stage === undefined ? {} : { stage }
}

function toText(body: object): string {
  return JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}

function errorHeaders(error: PipelineError, requestId: string, contentType: string): [name: string, value: string][] {
  const headers: [name: string, value: string][] = [
    ['content-type', contentType],
    ['x-request-id', requestId],
  ]
  if (error.code === 'QUEUE_FULL') headers.push(['retry-after', '1'])
  const { allow } = error.details
  if (error.code === 'METHOD_NOT_ALLOWED' && Array.isArray(allow)) headers.push(['allow', allow.join(', ')])
  return headers
}

/** A message is one line wherever it is shown. */
export function toOneLine(message: string): string {
  return message.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')
}
