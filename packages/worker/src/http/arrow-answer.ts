import { arrowMediaType, type BatchOutcome, type PipelineError, type Span } from '@redesmyn/core'
import type { Answer } from './answer.ts'
import { AnswerRows } from './answer-rows.ts'
import type { ArrowEncoder } from './arrow-encoder.ts'

/** The answer as an Arrow stream: the output columns as they lie in the slab, copied where they are few or were split. */
export class ArrowAnswer implements Answer {
  readonly contentType = arrowMediaType
  readonly #encoder: ArrowEncoder
  readonly #rows: AnswerRows

  constructor(rowCount: number, encoder: ArrowEncoder) {
    this.#encoder = encoder
    this.#rows = new AnswerRows(rowCount)
  }

  get error(): PipelineError | undefined {
    return this.#rows.error
  }

  take(outcome: BatchOutcome, span: Pick<Span, 'start' | 'rowCount' | 'firstRow'>): boolean {
    return this.#rows.take(outcome, span)
  }

  body(): readonly Uint8Array[] {
    const { pieces } = this.#rows
    const [only] = pieces
    if (pieces.length === 1) return this.#encoder.encodeRows(only.batch, only.start, only.start + only.rowCount)
    return this.#encoder.encode(pieces.map(({ batch }) => batch))
  }
}
