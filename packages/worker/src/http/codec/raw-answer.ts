import {
  type BatchOutcome,
  type ColumnVector,
  PipelineError,
  type RawForm,
  type ReplyHead,
  type Span,
} from '@redesmyn/core'
import type { Answer } from '../answer.ts'
import { AnswerRows } from '../answer-rows.ts'

/** An answer that is the bytes of one output column, as they lie in the slab; a null is no bytes. */
export class RawAnswer implements Answer {
  readonly contentType: string
  readonly #column: string
  readonly #rows: AnswerRows

  constructor({ contentType }: RawForm, column: string, rowCount: number) {
    this.contentType = contentType
    this.#column = column
    this.#rows = new AnswerRows(rowCount)
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

  body(): readonly Uint8Array[] {
    return this.#rows.pieces.map(({ batch, start, rowCount }) => bytesOf(batch.column(this.#column), start, rowCount))
  }
}

function bytesOf(vector: ColumnVector, start: number, rowCount: number): Uint8Array {
  const end = start + rowCount
  switch (vector.kind) {
    case 'binary':
      return vector.bytes.subarray(vector.offsets[start], vector.offsets[end])
    case 'fixed-list':
      return bytesOf(vector.items, start * vector.size, rowCount * vector.size)
    case 'number':
    case 'int64': {
      const { buffer, byteOffset, byteLength } = vector.values.subarray(start, end)
      return new Uint8Array(buffer, byteOffset, byteLength)
    }
    default:
      throw new PipelineError('INTERNAL', `the column "${vector.field.name}" has no form as bare bytes`)
  }
}
