import { gatherBytes } from '../picks/gather-bytes.ts'
import { type RowPicks, skipNulls } from '../picks/row-picks.ts'
import { areOfKind } from '../vectors/are-of-kind.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import type { ByteValues } from '../vectors/byte-vector.ts'
import { type ColumnWriter, copyEach, gatherEach } from './column-writer.ts'
import { areNullsEmpty } from './are-nulls-empty.ts'
import { copyBytes } from './copy-bytes.ts'
import type { ValidityWriter } from './validity-writer.ts'

/** Up to this length a loop over the characters beats the encoder, whose calls cost as much as 30 of them. */
const maxLoopLength = 24
const encoder = new TextEncoder()

/** Texts as UTF-8. A lone surrogate becomes U+FFFD. */
export class Utf8Writer implements ColumnWriter {
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
    const isValid = typeof value === 'string'
    const start = this.#offsets[row]
    const end = isValid ? this.#put(value, start) : start
    if (end < 0) return false
    this.#offsets[row + 1] = end
    this.#validity.put(row, isValid)
    return true
  }

  copy(row: number, source: ColumnSource, from: number, to: number): boolean {
    if (source.kind !== 'utf8' || !areNullsEmpty(source, from, to)) return copyEach(this, row, source, [from, to])
    if (!copyBytes(this.#column, row, source, [from, to])) return false
    this.#validity.copy(row, source.nulls, from, to)
    return true
  }

  gather(row: number, sources: readonly ColumnSource[], picks: RowPicks): boolean {
    if (!areOfKind(sources, 'utf8')) return gatherEach(this, row, sources, picks)
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

  /** Where the text ends once it is written at `start`; -1 when it does not fit. */
  #put(text: string, start: number): number {
    const { length } = text
    const bytes = this.#bytes
    if (length > maxLoopLength) return this.#encode(text, start)
    if (start + length > bytes.length) return -1
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index)
      if (unit > 0x7f) return this.#encode(text, start)
      bytes[start + index] = unit
    }
    return start + length
  }

  #encode(text: string, start: number): number {
    const { read, written } = encoder.encodeInto(text, this.#bytes.subarray(start))
    return read === text.length ? start + written : -1
  }
}
