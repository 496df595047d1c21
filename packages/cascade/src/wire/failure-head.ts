import { isErrorCode, PipelineError, toErrorData } from '@redesmyn/core'
import { type Head, readText } from './head-values.ts'

/** A head over this is not worth its details. */
const maxDetailsLength = 64 * 1024
const maxMessageLength = 4096

/** Of an error that is not shown, what a sender needs to know: whence it is, and whether it may come again. */
const alwaysTold = ['stage', 'notExecuted', 'retryAfterMs']

/** An error as another process may read it. What user code threw, and what a defect of ours says, is for this one's log. */
export function writeFailure(thrown: unknown): Head {
  const { code, message, details } = toErrorData(thrown, 'INTERNAL')
  const { meaning } = new PipelineError(code, message)
  const isShown = meaning.isExposed || code === 'BETWEEN_UNSUPPORTED'
  const shownCode = meaning.http === null && !isShown ? 'INTERNAL' : code
  if (!isShown) return { code: shownCode, message: hiddenMessage(code), details: pick(details, alwaysTold) }
  const isSmall = JSON.stringify(details).length <= maxDetailsLength
  return { code, message: message.slice(0, maxMessageLength), details: isSmall ? details : pick(details, alwaysTold) }
}

/** A code that is not in this side's table is INTERNAL. Throws BODY_MALFORMED where the head is none of a failure. */
export function readFailure(head: Head): PipelineError {
  const code = readText(head, 'code')
  const message = readText(head, 'message')
  const { details } = head
  return new PipelineError(isErrorCode(code) ? code : 'INTERNAL', message, {
    details: typeof details === 'object' && details !== null ? { ...details } : {},
  })
}

function hiddenMessage(code: string): string {
  return code === 'HANDLER_ERROR' ? 'the handler failed, the log of its process says how' : 'internal error'
}

function pick(details: Head, names: readonly string[]): Head {
  return Object.fromEntries(names.filter((name) => name in details).map((name) => [name, details[name]]))
}
