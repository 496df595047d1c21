import { type ErrorCode, type ErrorMeaning, errorTable } from './error-table.ts'

export interface PipelineErrorOptions {
  /** JSON-safe facts for whoever reads the error: shown to clients where the code is exposed. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** The only error class: the code says what happened, the table what it means. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: PipelineErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }

  get meaning(): ErrorMeaning {
    return errorTable[this.code]
  }
}
