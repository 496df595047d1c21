import { base64ByteLength, decodeBase64Into } from '../../schema/base64.ts'
import type { ByteValues } from '../vectors/byte-vector.ts'
import { gatherBytes } from '../picks/gather-bytes.ts'
import { type RowPicks, skipNulls } from '../picks/row-picks.ts'
import { areOfKind } from '../vectors/are-of-kind.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import { type ColumnWriter, copyEach, gatherEach } from './column-writer.ts'
import { areNullsEmpty } from './are-nulls-empty.ts'
import { copyBytes } from './copy-bytes.ts'
import type { ValidityWriter } from './validity-writer.ts'

/** Bytes of any length, given as such in one copy, or as base64 text that was checked. */
export class BinaryWriter implements ColumnWriter {
  readonly #offsets: Int32Array
  readonly #bytes: Uint8Array
  /** Both of them, for whole rows at once. */
  readonly #column: ByteValues
  readonly #validity: ValidityWriter

  constructor(offsets: Int32Array, bytes: Uint8Array, validity: ValidityWriter) {
    this.#offsets = offsets
    this.#offsets[0] = 0
    this.#bytes = bytes
    this.#column = { offsets, bytes }
    this.#validity = validity
  }

  write(row: number, value: unknown): boolean {
    const start = this.#offsets[row]
    const end = this.#put(value, start)
    if (end < 0) return false
    this.#offsets[row + 1] = end
    this.#validity.put(row, value instanceof Uint8Array || typeof value === 'string')
    return true
  }

  copy(row: number, source: ColumnSource, from: number, to: number): boolean {
    if (source.kind !== 'binary' || !areNullsEmpty(source, from, to)) return copyEach(this, row, source, [from, to])
    if (!copyBytes(this.#column, row, source, [from, to])) return false
    this.#validity.copy(row, source.nulls, from, to)
    return true
  }

  gather(row: number, sources: readonly ColumnSource[], picks: RowPicks): boolean {
    if (!areOfKind(sources, 'binary')) return gatherEach(this, row, sources, picks)
    const present = skipNulls(picks, sources)
    if (!gatherBytes(this.#column, row, sources, present)) return false
    this.#validity.gather(row, present)
    return true
  }

  trim(rowCount: number): void {
    this.#validity.trim(rowCount)
  }

  byteLength(rowCount: number): number {
    return this.#validity.byteLength(rowCount) + (rowCount + 1) * 4 + this.#offsets[rowCount]
  }

  /** Where the value ends once it is written at `start`; -1 when it does not fit. */
  #put(value: unknown, start: number): number {
    if (value instanceof Uint8Array) {
      const end = start + value.byteLength
      if (end > this.#bytes.length) return -1
      this.#bytes.set(value, start)
      return end
    }
    if (typeof value !== 'string') return start
    const end = start + base64ByteLength(value)
    if (end > this.#bytes.length) return -1
    decodeBase64Into(value, this.#bytes, start)
    return end
  }
}
