import type { BatchOutcome, PipelineError, ReplyHead, Span } from '@redesmyn/core'
import type { ReplyBody } from './exchange.ts'

/** Gathers the outcomes of a request's rows, span by span, and says what they make together. */
export interface Answer {
  readonly contentType: string
  /** Reads the outcome while it is valid. True once every row has come. */
  take(outcome: BatchOutcome, span: Span): boolean
  /** Why the request fails, if it does. Asked once every row has come. */
  readonly error: PipelineError | undefined
  /** What the handler chose for the answer of a single record. */
  readonly head?: ReplyHead | undefined
  /** Bytes are views of the last outcome: valid as long as that is. */
  body(requestId: string): ReplyBody
}
