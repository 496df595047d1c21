import { encodeBatches, type Field, layoutBatch, type RecordBatch } from '@redesmyn/core'
import { ArrowBlankStream } from './arrow-blank-stream.ts'

/** Row counts remembered: most requests have one row, or as many as those before them. */
const maxBlanks = 16
/** For larger bodies, encoding costs little beside the copy it saves. */
const maxBlankBytes = 32 * 1024

/** Writes the answers of an endpoint, whose columns are always the same. */
export class ArrowEncoder {
  readonly #fields: readonly Field[]
  readonly #isPlain: boolean
  /** At most, since buffers begin on multiples of 64. */
  readonly #rowBytes: number
  readonly #blanks: ArrowBlankStream[] = []

  /** `fields` are those of an answer without rows. */
  constructor(fields: readonly Field[]) {
    this.#fields = fields
    this.#isPlain = ArrowBlankStream.suits(fields)
    this.#rowBytes = layoutBatch(fields, { rows: 1, variable: [] }).byteLength
  }

  /** How many streams are kept to be filled. */
  get size(): number {
    return this.#blanks.length
  }

  /** Rows `from` to `to` (exclusive) as a stream. It may be made of views of the batch, and lives as long. */
  encodeRows(batch: RecordBatch, from: number, to: number): readonly Uint8Array[] {
    const rowCount = to - from
    const isSmall = rowCount * this.#rowBytes <= maxBlankBytes
    if (isSmall && this.#isPlain && batch.fields === this.#fields) return [this.#blankOf(rowCount).fill(batch, from)]
    return this.encode([batch.slice(from, to)])
  }

  encode(batches: readonly RecordBatch[]): readonly Uint8Array[] {
    return encodeBatches(batches[0]?.fields ?? this.#fields, batches)
  }

  #blankOf(rowCount: number): ArrowBlankStream {
    for (const blank of this.#blanks) if (blank.rowCount === rowCount) return blank
    if (this.#blanks.length === maxBlanks) this.#blanks.shift()
    const blank = new ArrowBlankStream(this.#fields, rowCount)
    this.#blanks.push(blank)
    return blank
  }
}
