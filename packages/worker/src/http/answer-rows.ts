import {
  type BatchOutcome,
  BatchRows,
  BatchWriter,
  layoutBatch,
  type PipelineError,
  type RecordBatch,
  type ReplyHead,
  type Span,
} from '@redesmyn/core'
import { RowFailures } from './row-failures.ts'

/** Rows of an answer and where they are. */
export interface AnswerPiece {
  readonly firstRow: number
  readonly batch: RecordBatch
  readonly start: number
  readonly rowCount: number
}

/** Gathers the rows of an answer: views of the slab they come in, copied only where they were split over several. */
export class AnswerRows {
  readonly #rowCount: number
  readonly #pieces: AnswerPiece[] = []
  readonly #failures = new RowFailures()
  #openRows: number
  #head: ReplyHead | undefined

  constructor(rowCount: number) {
    this.#rowCount = rowCount
    this.#openRows = rowCount
  }

  get error(): PipelineError | undefined {
    return this.#failures.error
  }

  /** What the handler chose for the answer of the only record. */
  get head(): ReplyHead | undefined {
    return this.#head
  }

  /** In the order of the request. Valid as long as the last outcome. */
  get pieces(): readonly AnswerPiece[] {
    if (this.#pieces.length === 1) return this.#pieces
    return this.#pieces.toSorted((one, other) => one.firstRow - other.firstRow)
  }

  /** True once every row has come. */
  take(outcome: BatchOutcome, { start, rowCount, firstRow }: Pick<Span, 'start' | 'rowCount' | 'firstRow'>): boolean {
    for (let offset = 0; offset < rowCount; offset++) {
      const error = outcome.errorOf(start + offset)
      if (error !== undefined) this.#failures.add(firstRow + offset, error)
    }
    const { output } = outcome
    if (this.#rowCount === 1) this.#head = outcome.replyHeadOf(start)
    if (rowCount === this.#rowCount) this.#pieces.push({ firstRow, batch: output, start, rowCount })
    else {
      // The slab is used again before the other rows come.
      const batch = copyBatch(output.slice(start, start + rowCount))
      this.#pieces.push({ firstRow, batch, start: 0, rowCount })
    }
    this.#openRows -= rowCount
    return this.#openRows === 0
  }
}

function copyBatch(batch: RecordBatch): RecordBatch {
  const capacity = new BatchRows(batch).measure(0, batch.rowCount)
  const layout = layoutBatch(batch.fields, capacity)
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  writer.appendRows(batch, 0, batch.rowCount)
  return writer.batch()
}
