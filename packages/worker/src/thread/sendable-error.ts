import { type ErrorData, errorTable, toErrorData } from '@redesmyn/core'

/**
 * What a handler threw, for the main thread. A code that is never sent says nothing to a client: to the front end such
 * an error is one of the handler's. `details.thrown` keeps it: a run knows by it that no row is to blame.
 */
export function sendableError(thrown: unknown): ErrorData {
  const error: ErrorData = toErrorData(thrown, 'HANDLER_ERROR')
  const isSendable = errorTable[error.code].http !== null
  return isSendable ? error : { ...error, code: 'HANDLER_ERROR', details: { ...error.details, thrown: error.code } }
}
