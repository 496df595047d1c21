import type { BatchLayout } from '@redesmyn/core'
import { ascii } from '../text/ascii.ts'
import { type ColumnScanner, unusual } from '../text/column-scanner.ts'
import { endOfPlain, endOfQuoted } from './csv-checked-column.ts'
import type { CsvDialect } from './csv-dialect.ts'

/**
 * Reads records from the bytes of CSV into columns. What it takes is what `CsvRecords` would take, and comes to the
 * same; a record with anything unusual in it is left to that.
 */
export class RecordScanner {
  readonly #columns: readonly ColumnScanner[]
  /** For each value of the file's records the column it belongs to. */
  readonly #cells: readonly (ColumnScanner | undefined)[]
  /** Columns of the schema that the file does not have. */
  readonly #absent: readonly ColumnScanner[]
  readonly #delimiter: number
  readonly #nullTexts: readonly Uint8Array[]

  /** `names` are the columns of the file, in order. */
  constructor(columns: readonly ColumnScanner[], names: readonly string[], dialect: CsvDialect) {
    this.#columns = columns
    this.#cells = names.map((name) => columns.find(({ rules }) => rules.field.name === name))
    this.#absent = columns.filter(({ rules }) => !names.includes(rules.field.name))
    this.#delimiter = dialect.delimiter
    this.#nullTexts = dialect.nullTexts.map((text) => Buffer.from(text))
  }

  bind({ columns }: BatchLayout, buffer: ArrayBuffer): void {
    for (const [index, column] of this.#columns.entries()) column.bind(columns[index], buffer)
  }

  /** Writes the record that begins at `at` and gives where its line ends, or `unusual`. */
  scan(bytes: Buffer, at: number, row: number): number {
    const cells = this.#cells
    let place = at
    for (let index = 0; index < cells.length; index++) {
      if (index > 0 && bytes[place++] !== this.#delimiter) return unusual
      const column = cells[index]
      place = column === undefined ? this.#skip(bytes, place) : this.#scanCell(bytes, place, column, row)
      if (place < 0) return unusual
    }
    if (bytes[place] === ascii.carriageReturn) place++
    if (bytes[place] !== ascii.lineFeed) return unusual
    for (const column of this.#absent) column.writeNull(row)
    return place
  }

  #scanCell(bytes: Buffer, at: number, column: ColumnScanner, row: number): number {
    const byte = bytes[at]
    const { field, isPlainText } = column.rules
    const isEmpty = byte === this.#delimiter || byte === ascii.lineFeed || byte === ascii.carriageReturn
    const nullEnd = isEmpty ? at : this.#endOfNull(bytes, at)
    if (nullEnd < 0) return column.scan(bytes, at, row)
    if (!field.isNullable) return isEmpty && isPlainText ? column.scan(bytes, at, row) : unusual
    // A carriage return that ends no line is text.
    if (byte === ascii.carriageReturn && bytes[at + 1] !== ascii.lineFeed) return unusual
    column.writeNull(row)
    return nullEnd
  }

  /** Behind a text that means null, where one is all of the value; -1 elsewhere. */
  #endOfNull(bytes: Buffer, at: number): number {
    for (const text of this.#nullTexts) {
      let length = 0
      while (length < text.length && bytes[at + length] === text[length]) length++
      if (length === text.length && endOfPlain(bytes, at, this.#delimiter) === at + length) return at + length
    }
    return -1
  }

  #skip(bytes: Buffer, at: number): number {
    return bytes[at] === ascii.quote ? endOfQuoted(bytes, at) : endOfPlain(bytes, at, this.#delimiter)
  }
}
