import { BatchWriter, encodeBatches, type Field, layoutBatch, RecordBatch } from '@redesmyn/core'

/** Two words: see `encodeEndOfStream`. */
const endBytes = 8

/**
 * An Arrow stream of as many rows of zeros, to be filled: where all values have a fixed width and none can be null, only
 * the values differ from one stream to the next.
 */
export class ArrowBlankStream {
  readonly fields: readonly Field[]
  readonly rowCount: number
  readonly #bytes: Uint8Array
  readonly #writer: BatchWriter

  constructor(fields: readonly Field[], rowCount: number) {
    this.fields = fields
    this.rowCount = rowCount
    const capacity = { rows: rowCount, variable: [] }
    const layout = layoutBatch(fields, capacity)
    const zeros = new RecordBatch(layout, new ArrayBuffer(layout.byteLength), rowCount)
    this.#bytes = new Uint8Array(Buffer.concat(encodeBatches(fields, [zeros])))
    // The body of a stream begins on a multiple of 64, and its buffers lie in it as `layoutBatch` lays them.
    const bodyStart = this.#bytes.byteLength - endBytes - layout.byteLength
    this.#writer = new BatchWriter(layoutBatch(fields, capacity, bodyStart), this.#bytes.buffer)
  }

  static suits(fields: readonly Field[]): boolean {
    return fields.every(isPlain)
  }

  /** A copy with rows of a batch that has these fields, from `from` on. */
  fill(batch: RecordBatch, from: number): Uint8Array {
    this.#writer.reset()
    this.#writer.appendRows(batch, from, from + this.rowCount)
    return this.#bytes.slice()
  }
}

function isPlain({ type, isNullable }: Field): boolean {
  if (isNullable || type.kind === 'utf8' || type.kind === 'binary' || type.kind === 'list') return false
  if (type.kind === 'struct') return type.fields.every(isPlain)
  return type.kind !== 'fixed-list' || isPlain(type.item)
}
