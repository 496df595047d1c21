import { type BatchOutcome, PipelineError, type RecordForm, type ReplyHead, type Span } from '@redesmyn/core'
import type { Answer } from '../answer.ts'
import { AnswerRows } from '../answer-rows.ts'
import type { ReplyBody } from '../exchange.ts'

/** An answer that a function makes of its rows. */
export class RecordAnswer implements Answer {
  readonly contentType: string
  readonly #form: RecordForm
  readonly #rows: AnswerRows
  readonly #isSingle: boolean

  constructor(form: RecordForm, rowCount: number, isSingle: boolean) {
    this.contentType = form.contentType
    this.#form = form
    this.#rows = new AnswerRows(rowCount)
    this.#isSingle = isSingle
  }

  get error(): PipelineError | undefined {
    return this.#rows.error
  }

  get head(): ReplyHead | undefined {
    return this.#rows.head
  }

  take(outcome: BatchOutcome, span: Span): boolean {
    return this.#rows.take(outcome, span)
  }

  body(requestId: string): ReplyBody {
    const rows = this.#rows.pieces.flatMap(({ batch, start, rowCount }) => batch.slice(start, start + rowCount).rows())
    const encoded = this.#encode(rows, requestId)
    if (typeof encoded === 'string' || encoded instanceof Uint8Array) return encoded
    throw encodingError(`it gave ${typeof encoded}, expected bytes or a text`)
  }

  #encode(rows: readonly unknown[], requestId: string): unknown {
    // The endpoint's types say that its rows are those that the codec takes.
    const encode = this.#form.encode as ((rows: readonly unknown[], answer: object) => unknown) | undefined
    try {
      return encode?.(rows, { isSingle: this.#isSingle, requestId })
    } catch (cause) {
      throw encodingError(cause instanceof Error ? cause.message : String(cause), cause)
    }
  }
}

function encodingError(reason: string, cause?: unknown): PipelineError {
  return new PipelineError('HANDLER_ERROR', `encoding error: ${reason}`, { cause })
}
