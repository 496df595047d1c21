import { readField } from '../read-field.ts'
import type { RowPicks } from '../picks/row-picks.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import type { ColumnWriter } from './column-writer.ts'
import { compileRowWrite, type WriteRecords } from './compile-row-write.ts'

/** Rows before the writes are compiled: a writer that is made for one small batch would not earn it back. */
const interpretedRows = 256

/** Writes the fields of records, each into its column: for a batch, and for a struct inside one. */
export class RowWriter {
  readonly #names: readonly string[]
  readonly #writers: readonly ColumnWriter[]
  #interpretedRows = 0
  /** Null where code may not be made from text. */
  #compiled: WriteRecords | null | undefined = undefined

  constructor(names: readonly string[], writers: readonly ColumnWriter[]) {
    this.#names = names
    this.#writers = writers
  }

  /** Writes records `from` to `to` (exclusive) at `row` and what follows. False: no room for one of them. */
  write(row: number, records: readonly unknown[], from: number, to: number): boolean {
    if (this.#compiled === undefined) {
      this.#interpretedRows += to - from
      if (this.#interpretedRows > interpretedRows) this.#compiled = compileRowWrite(this.#names, this.#writers) ?? null
    }
    if (this.#compiled) return this.#compiled(row, records, from, to)
    for (let index = from; index < to; index++) {
      if (!this.#interpret(row + index - from, records[index])) return false
    }
    return true
  }

  copy(row: number, sources: readonly ColumnSource[], from: number, to: number): boolean {
    const writers = this.#writers
    for (let index = 0; index < writers.length; index++) {
      if (!writers[index].copy(row, sources[index], from, to)) return false
    }
    return true
  }

  /** Copies rows by their numbers: `sources` are the columns of each. */
  gather(row: number, sources: readonly (readonly ColumnSource[])[], picks: RowPicks): boolean {
    return this.#writers.every((writer, index) => {
      const own = sources.map((columns) => columns[index])
      return writer.gather(row, own, picks)
    })
  }

  /** Whether columns of these names can be copied one to one. */
  matches(sources: readonly ColumnSource[]): boolean {
    const names = this.#names
    return sources.length === names.length && names.every((name, index) => sources[index].field.name === name)
  }

  trim(rowCount: number): void {
    for (const writer of this.#writers) writer.trim(rowCount)
  }

  byteLength(rowCount: number): number {
    let bytes = 0
    for (let index = 0; index < this.#writers.length; index++) bytes += this.#writers[index].byteLength(rowCount)
    return bytes
  }

  #interpret(row: number, record: unknown): boolean {
    const writers = this.#writers
    for (let index = 0; index < writers.length; index++) {
      if (!writers[index].write(row, readField(record, this.#names[index]))) return false
    }
    return true
  }
}
