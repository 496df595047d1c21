import {
  type BatchOutcome,
  BatchRows,
  BatchWriter,
  layoutBatch,
  type PipelineError,
  type RecordBatch,
  type Span,
} from '@redesmyn/core'
import type { Answer } from './answer.ts'
import type { ArrowEncoder } from './arrow-encoder.ts'
import { arrowMediaType } from './media-type.ts'
import { RowFailures } from './row-failures.ts'

/** Rows of the answer and where they are. */
interface Piece {
  readonly firstRow: number
  readonly batch: RecordBatch
  readonly start: number
  readonly rowCount: number
}

/** The answer as an Arrow stream: the output columns as they lie in the slab, copied where they are few or were split. */
export class ArrowAnswer implements Answer {
  readonly contentType = arrowMediaType
  readonly #rowCount: number
  readonly #encoder: ArrowEncoder
  readonly #pieces: Piece[] = []
  readonly #failures = new RowFailures()
  #openRows: number

  constructor(rowCount: number, encoder: ArrowEncoder) {
    this.#rowCount = rowCount
    this.#encoder = encoder
    this.#openRows = rowCount
  }

  get error(): PipelineError | undefined {
    return this.#failures.error
  }

  take(outcome: BatchOutcome, { start, rowCount, firstRow }: Pick<Span, 'start' | 'rowCount' | 'firstRow'>): boolean {
    for (let offset = 0; offset < rowCount; offset++) {
      const error = outcome.errorOf(start + offset)
      if (error !== undefined) this.#failures.add(firstRow + offset, error)
    }
    const { output } = outcome
    if (rowCount === this.#rowCount) this.#pieces.push({ firstRow, batch: output, start, rowCount })
    else {
      // The slab is used again before the other rows come.
      const batch = copyBatch(output.slice(start, start + rowCount))
      this.#pieces.push({ firstRow, batch, start: 0, rowCount })
    }
    this.#openRows -= rowCount
    return this.#openRows === 0
  }

  body(): readonly Uint8Array[] {
    const [only] = this.#pieces
    if (this.#pieces.length === 1) return this.#encoder.encodeRows(only.batch, only.start, only.start + only.rowCount)
    const pieces = this.#pieces.toSorted((one, other) => one.firstRow - other.firstRow)
    return this.#encoder.encode(pieces.map(({ batch }) => batch))
  }
}

function copyBatch(batch: RecordBatch): RecordBatch {
  const capacity = new BatchRows(batch).measure(0, batch.rowCount)
  const layout = layoutBatch(batch.fields, capacity)
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  writer.appendRows(batch, 0, batch.rowCount)
  return writer.batch()
}
