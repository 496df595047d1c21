import {
  type BatchOutcome,
  BatchRows,
  BatchWriter,
  encodeBatches,
  type Field,
  layoutBatch,
  type PipelineError,
  type RecordBatch,
  type Span,
} from '@redesmyn/core'
import type { Answer } from './answer.ts'
import { arrowMediaType } from './media-type.ts'
import { RowFailures } from './row-failures.ts'

interface Piece {
  readonly firstRow: number
  readonly batch: RecordBatch
}

/** The answer as an Arrow stream: the output columns as they lie in the slab, copied only where a request was split. */
export class ArrowAnswer implements Answer {
  readonly contentType = arrowMediaType
  readonly #rowCount: number
  readonly #fields: readonly Field[]
  readonly #pieces: Piece[] = []
  readonly #failures = new RowFailures()
  #openRows: number

  /** `fields` are those of an answer without rows. */
  constructor(rowCount: number, fields: readonly Field[]) {
    this.#rowCount = rowCount
    this.#fields = fields
    this.#openRows = rowCount
  }

  get error(): PipelineError | undefined {
    return this.#failures.error
  }

  take(outcome: BatchOutcome, span: Span): boolean {
    const { start, rowCount, firstRow } = span
    for (let offset = 0; offset < rowCount; offset++) {
      const error = outcome.errorOf(start + offset)
      if (error !== undefined) this.#failures.add(firstRow + offset, error)
    }
    const rows = outcome.output.slice(start, start + rowCount)
    // The slab is used again before the other rows come.
    this.#pieces.push({ firstRow, batch: rowCount === this.#rowCount ? rows : copyBatch(rows) })
    this.#openRows -= rowCount
    return this.#openRows === 0
  }

  body(): readonly Uint8Array[] {
    const batches = this.#pieces.toSorted((one, other) => one.firstRow - other.firstRow).map(({ batch }) => batch)
    return encodeBatches(batches[0]?.fields ?? this.#fields, batches)
  }
}

function copyBatch(batch: RecordBatch): RecordBatch {
  const capacity = new BatchRows(batch).measure(0, batch.rowCount)
  const layout = layoutBatch(batch.fields, capacity)
  const writer = new BatchWriter(layout, new ArrayBuffer(layout.byteLength))
  writer.appendRows(batch, 0, batch.rowCount)
  return writer.batch()
}
