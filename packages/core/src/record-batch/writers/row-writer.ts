import { isInherited } from '../read-field.ts'
import type { ColumnSource } from '../vectors/column-vector.ts'
import type { ColumnWriter } from './column-writer.ts'

interface NamedWriter {
  readonly name: string
  readonly writer: ColumnWriter
  readonly isInherited: boolean
}

/** Writes the fields of one record, each into its column: for a batch, and for a struct inside one. */
export class RowWriter {
  readonly #columns: readonly NamedWriter[]

  constructor(names: readonly string[], writers: readonly ColumnWriter[]) {
    this.#columns = names.map((name, index) => ({ name, writer: writers[index], isInherited: isInherited(name) }))
  }

  write(row: number, record: Readonly<Record<string, unknown>>): boolean {
    const columns = this.#columns
    for (let index = 0; index < columns.length; index++) {
      const { name, writer, isInherited } = columns[index]
      const value = isInherited && !Object.hasOwn(record, name) ? undefined : record[name]
      if (!writer.write(row, value)) return false
    }
    return true
  }

  copy(row: number, sources: readonly ColumnSource[], from: number, to: number): boolean {
    const columns = this.#columns
    for (let index = 0; index < columns.length; index++) {
      if (!columns[index].writer.copy(row, sources[index], from, to)) return false
    }
    return true
  }

  /** Whether columns of these names can be copied one to one. */
  matches(sources: readonly ColumnSource[]): boolean {
    const columns = this.#columns
    return sources.length === columns.length && columns.every(({ name }, index) => sources[index].field.name === name)
  }

  trim(rowCount: number): void {
    for (const { writer } of this.#columns) writer.trim(rowCount)
  }

  byteLength(rowCount: number): number {
    let bytes = 0
    for (let index = 0; index < this.#columns.length; index++) bytes += this.#columns[index].writer.byteLength(rowCount)
    return bytes
  }
}
