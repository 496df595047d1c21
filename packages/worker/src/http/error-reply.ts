import type { PipelineError } from '@redesmyn/core'
import type { Exchange, ReplyHeader } from './exchange.ts'

/** The most issues that one answer lists; a body of many megabytes could have millions. */
export const maxIssues = 1000

/** Answers with an error of the table: `{"error":{"code","message","requestId","details"}}`. */
export function replyError(exchange: Exchange, error: PipelineError, requestId: string, more?: ReplyHeader): void {
  const headers = errorHeaders(error, requestId)
  if (more !== undefined) headers.push(more)
  exchange.reply(errorStatus(error), headers, errorBody(error, requestId))
}

/** Errors that should never reach a client are the runtime's fault when they do. */
export function errorStatus(error: PipelineError): number {
  return error.meaning.http ?? 500
}

/** What a client may read of an error, on one line. What user code or the runtime threw is for the log only. */
export function publicMessage(error: PipelineError): string {
  if (error.code === 'HANDLER_ERROR') return 'internal error: the handler failed'
  if (!error.meaning.isExposed) return 'internal error'
  const message = toOneLine(error.message)
  return error.code === 'REQUEST_INVALID' ? `bad request: ${message}` : message
}

function errorBody(error: PipelineError, requestId: string): string {
  const { code, meaning, details } = error
  const isPublic = meaning.http !== null
  return JSON.stringify(
    {
      error: {
        code: isPublic ? code : 'INTERNAL',
        message: publicMessage(error),
        requestId,
        details: meaning.isExposed ? details : stageIn(details),
      },
    },
    (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  )
}

/** Of an error that is not shown, the stage that it comes from may be. */
function stageIn({ stage }: PipelineError['details']): { readonly stage?: unknown } {
  return stage === undefined ? {} : { stage }
}

function errorHeaders(error: PipelineError, requestId: string): ReplyHeader[] {
  const headers: ReplyHeader[] = [
    ['content-type', 'application/json'],
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
