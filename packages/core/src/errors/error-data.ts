import { type ErrorCode, isErrorCode } from './error-table.ts'
import { PipelineError } from './pipeline-error.ts'

/** An error as plain data: structured clone drops an error's own fields, so this is what crosses a thread. */
export interface ErrorData {
  readonly code: ErrorCode
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
  readonly stack: string | undefined
}

/** A value that was thrown, as data. What is not ours becomes `fallback`, its own words kept for the log only. */
export function toErrorData(thrown: unknown, fallback: ErrorCode): ErrorData {
  if (isPipelineError(thrown)) {
    const { code, message, details } = thrown
    return { code, message: oneLine(message), details: jsonSafe(details), stack: describeStack(thrown) }
  }
  return { code: fallback, message: oneLine(describeThrown(thrown)), details: {}, stack: describeStack(thrown) }
}

export function fromErrorData(data: ErrorData): PipelineError {
  const error = new PipelineError(data.code, data.message, { details: data.details })
  if (data.stack !== undefined) error.stack = data.stack
  return error
}

/** Recognised by shape, because an app bundle may hold a second copy of the class. */
function isPipelineError(value: unknown): value is PipelineError {
  return value instanceof Error && value.name === 'PipelineError' && 'code' in value && isErrorCode(value.code)
}

function describeThrown(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message
  try {
    return String(thrown)
  } catch {
    return 'a value that cannot be printed'
  }
}

function describeStack(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  const { stack, cause } = thrown
  if (!(cause instanceof Error)) return stack
  return `${stack ?? thrown.message}\ncaused by: ${cause.stack ?? cause.message}`
}

/** Details a handler attached may hold functions or cycles; those must not fail the crossing. */
function jsonSafe(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return JSON.parse(
      JSON.stringify(details, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    )
  } catch {
    return {}
  }
}

/** A message is one line wherever it is shown, so that nothing can forge a second log line. */
function oneLine(message: string): string {
  return message.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')
}
