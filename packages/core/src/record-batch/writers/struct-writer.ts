import { isRecord } from '../read-field.ts'
import { type RowPicks, skipNulls } from '../picks/row-picks.ts'
import { areOfKind } from '../vectors/are-of-kind.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import { type ColumnWriter, copyEach, gatherEach } from './column-writer.ts'
import type { RowWriter } from './row-writer.ts'
import type { ValidityWriter } from './validity-writer.ts'

export class StructWriter implements ColumnWriter {
  readonly #row: RowWriter
  readonly #validity: ValidityWriter

  constructor(row: RowWriter, validity: ValidityWriter) {
    this.#row = row
    this.#validity = validity
  }

  write(row: number, value: unknown): boolean {
    const isValid = isRecord(value)
    if (!this.#row.write(row, [value], 0, 1)) return false
    this.#validity.put(row, isValid)
    return true
  }

  copy(row: number, source: ColumnSource, from: number, to: number): boolean {
    const isAlike = source.kind === 'struct' && this.#row.matches(source.columns)
    if (!isAlike || source.nulls.count > 0) return copyEach(this, row, source, [from, to])
    if (!this.#row.copy(row, source.columns, from, to)) return false
    this.#validity.copy(row, source.nulls, from, to)
    return true
  }

  gather(row: number, sources: readonly ColumnSource[], picks: RowPicks): boolean {
    if (!areOfKind(sources, 'struct') || !sources.every(({ columns }) => this.#row.matches(columns))) {
      return gatherEach(this, row, sources, picks)
    }
    const present = skipNulls(picks, sources)
    const rows = sources.map(({ columns }) => columns)
    if (!this.#row.gather(row, rows, present)) return false
    this.#validity.gather(row, present)
    return true
  }

  trim(rowCount: number): void {
    this.#validity.trim(rowCount)
    this.#row.trim(rowCount)
  }

  byteLength(rowCount: number): number {
    return this.#validity.byteLength(rowCount) + this.#row.byteLength(rowCount)
  }
}
