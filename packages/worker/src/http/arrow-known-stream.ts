import {
  type BatchWriter,
  type Capacity,
  type ColumnLayout,
  layoutBatch,
  type RecordBatch,
  type RowSource,
} from '@redesmyn/core'

/** From the first byte of any column to behind the last. */
interface Extent {
  readonly start: number
  readonly end: number
}

/**
 * A stream that was read once, as a form for those that differ from it in nothing but the values of its columns. They
 * need no reading: every length, offset and count is in the bytes that are the same, and was checked there. So it must
 * have no column whose values say where others are, or may be wrong in themselves.
 */
export class KnownStream {
  readonly #bytes: Buffer
  readonly #values: Extent
  readonly #batch: RecordBatch
  /** What the queue charges for the rows. */
  readonly byteLength: number

  private constructor(bytes: Buffer, values: Extent, batch: RecordBatch) {
    this.#bytes = bytes
    this.#values = values
    this.#batch = batch
    this.byteLength = layoutBatch(batch.fields, { rows: batch.rowCount, variable: [] }).byteLength
  }

  /**
   * `decoded` is what `bytes` hold, and `assigned` what a stage makes of it; both become the form's. `undefined` where
   * comparing is not enough to tell that another stream is right.
   */
  static of(
    bytes: Uint8Array,
    decoded: readonly RecordBatch[],
    assigned: readonly RecordBatch[],
  ): KnownStream | undefined {
    const [batch] = decoded
    const [rows] = assigned
    const isView = decoded.length === 1 && batch.buffer === bytes.buffer && rows.buffer === bytes.buffer
    if (!isView || !batch.layout.columns.every(isPlain)) return undefined
    const values = extentOf(batch.layout.columns)
    if (values.end <= values.start) return undefined
    return new KnownStream(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), values, rows)
  }

  get rowCount(): number {
    return this.#batch.rowCount
  }

  /** Whether a stream is this one but for the values. */
  matches(bytes: Uint8Array): boolean {
    const { length } = this.#bytes
    if (bytes.length !== length) return false
    const { start, end } = this.#values
    const known = this.#bytes
    return known.compare(bytes, 0, start, 0, start) === 0 && known.compare(bytes, end, length, end, length) === 0
  }

  /** The rows of a stream that matches; valid until the next one is opened. */
  open(bytes: Uint8Array): RecordBatch {
    this.#bytes.set(bytes)
    return this.#batch
  }
}

/** The rows of a stream that has the form of a known one: they stay in its bytes until somebody takes them. */
export class KnownRows implements RowSource {
  readonly #known: KnownStream
  readonly #bytes: Uint8Array

  constructor(known: KnownStream, bytes: Uint8Array) {
    this.#known = known
    this.#bytes = bytes
  }

  get rowCount(): number {
    return this.#known.rowCount
  }

  get byteLength(): number {
    return this.#known.byteLength
  }

  writeTo(writer: BatchWriter, from: number, to: number): boolean {
    return writer.appendRows(this.#known.open(this.#bytes), from, to)
  }

  measure(from: number, to: number): Capacity {
    return { rows: to - from, variable: [] }
  }
}

/** Whether any bits will do as values: no nulls to count, no offsets to follow, no texts to be UTF-8. */
function isPlain({ validity, offsets, children }: ColumnLayout): boolean {
  return validity === undefined && offsets === undefined && children.every(isPlain)
}

function extentOf(columns: readonly ColumnLayout[]): Extent {
  let start = Number.POSITIVE_INFINITY
  let end = 0
  const visit = ({ values, children }: ColumnLayout): void => {
    if (values !== undefined && values.byteLength > 0) {
      start = Math.min(start, values.byteOffset)
      end = Math.max(end, values.byteOffset + values.byteLength)
    }
    children.forEach(visit)
  }
  columns.forEach(visit)
  return { start, end }
}
