import { PipelineError } from '../errors/pipeline-error.ts'
import { holdsBytes } from './holds-bytes.ts'
import type { BatchLayout, BufferRange, ColumnLayout } from './layout.ts'
import { bitsPerValue, bytesOfBits } from './layout.ts'
import { planBody } from './ipc/encode/plan-body.ts'
import type { RecordBatch } from './record-batch.ts'

const offsetBytes = 4

/**
 * The used part of each buffer of a batch: for every column validity (empty where no row is null), offsets, values,
 * then its children. Views wherever the bytes lie so already, and valid as long as those.
 */
export function packColumns(batch: RecordBatch): readonly Uint8Array[] {
  return planBody(batch).buffers
}

/**
 * Brings what `packColumns` gave into a buffer laid out for the same columns, with room for at least as many rows.
 * Throws INTERNAL for pieces that are not exactly those of `rowCount` rows, so that nothing of an earlier batch stays
 * between them.
 */
export function unpackColumns(
  layout: BatchLayout,
  buffer: ArrayBufferLike,
  rowCount: number,
  pieces: readonly Uint8Array[],
): void {
  const unpacking = new Unpacking(buffer, pieces)
  for (const column of layout.columns) unpacking.column(column, rowCount)
}

class Unpacking {
  readonly #buffer: ArrayBufferLike
  readonly #pieces: Iterator<Uint8Array>

  constructor(buffer: ArrayBufferLike, pieces: readonly Uint8Array[]) {
    this.#buffer = buffer
    this.#pieces = pieces.values()
  }

  column(layout: ColumnLayout, length: number): void {
    const { field, validity, offsets, values, children } = layout
    const { type } = field
    this.#validity(validity, length)
    const end = offsets === undefined ? length : this.#offsets(offsets, length)
    if (values !== undefined) this.#fill(values, holdsBytes(type) ? end : bytesOfBits(length * bitsPerValue(type)))
    const itemsPerRow = type.kind === 'fixed-list' ? type.size : 1
    for (const child of children) this.column(child, end * itemsPerRow)
  }

  /** No bytes stand for rows of which none is null. */
  #validity(range: BufferRange | undefined, length: number): void {
    const piece = this.#next()
    if (range === undefined || piece.byteLength > 0) {
      this.#put(range, piece, piece.byteLength === 0 ? 0 : bytesOfBits(length))
      return
    }
    const bytes = this.#open(range, bytesOfBits(length)).fill(0xff)
    const tailBits = length & 7
    if (tailBits > 0) bytes[bytes.length - 1] = (1 << tailBits) - 1
  }

  /** Where the last row ends. */
  #offsets(range: BufferRange, length: number): number {
    this.#fill(range, (length + 1) * offsetBytes)
    return new Int32Array(this.#buffer, range.byteOffset, length + 1)[length]
  }

  #fill(range: BufferRange, byteLength: number): void {
    this.#put(range, this.#next(), byteLength)
  }

  #put(range: BufferRange | undefined, piece: Uint8Array, byteLength: number): void {
    if (piece.byteLength !== byteLength) throw misfit(byteLength, piece.byteLength)
    if (byteLength === 0) return
    if (range === undefined) throw misfit(0, byteLength)
    this.#open(range, byteLength).set(piece)
  }

  #open(range: BufferRange, byteLength: number): Uint8Array {
    if (byteLength > range.byteLength) throw misfit(range.byteLength, byteLength)
    return new Uint8Array(this.#buffer, range.byteOffset, byteLength)
  }

  #next(): Uint8Array {
    const { value, done } = this.#pieces.next()
    if (done === true) throw new PipelineError('INTERNAL', 'a packed batch has fewer buffers than its columns')
    return value
  }
}

function misfit(expected: number, received: number): PipelineError {
  return new PipelineError('INTERNAL', `a buffer of a packed batch has ${received} bytes, expected ${expected}`)
}
