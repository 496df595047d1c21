import type { BatchLayout } from '@redesmyn/core'
import { ascii, skipSpace } from '../text/ascii.ts'
import { type ColumnScanner, unusual } from '../text/column-scanner.ts'
import type { Decimal } from '../text/decimal.ts'
import { type KnownKey, KnownKeys } from './known-keys.ts'
import { skipJson } from './skip-json.ts'

/**
 * Reads records from the bytes of their lines into columns, without making objects of them. It takes no record that
 * `JsonRecords` would refuse; a record with anything unusual in it is left to that.
 */
export class RecordScanner {
  readonly #columns: readonly ColumnScanner[]
  readonly #decimal: Decimal
  /** Whether a key that is no column makes a record invalid. */
  readonly #isStrict: boolean
  readonly #keys: KnownKeys
  readonly #columnKeys: readonly KnownKey[]
  #record = 0

  constructor(columns: readonly ColumnScanner[], decimal: Decimal, isStrict: boolean) {
    this.#columns = columns
    this.#decimal = decimal
    this.#isStrict = isStrict
    this.#keys = new KnownKeys(columns)
    this.#columnKeys = this.#keys.all
  }

  bind({ columns }: BatchLayout, buffer: ArrayBuffer): void {
    for (const [index, column] of this.#columns.entries()) column.bind(columns[index], buffer)
  }

  /** Writes the record that begins at `at` and gives where its line ends, or `unusual`. A line's end must follow. */
  scan(bytes: Buffer, at: number, row: number): number {
    let place = skipSpace(bytes, at)
    if (bytes[place] !== ascii.openBrace) return unusual
    place = skipSpace(bytes, place + 1)
    this.#record++
    const end = bytes[place] === ascii.closeBrace ? this.#fillIn(0, place, row) : this.#scanMembers(bytes, place, row)
    if (end < 0) return unusual
    place = skipSpace(bytes, end + 1)
    return bytes[place] === ascii.lineFeed ? place : unusual
  }

  /** Gives where the closing brace is. */
  #scanMembers(bytes: Buffer, at: number, row: number): number {
    let place = at
    let found = 0
    let key: KnownKey | undefined = this.#keys.head
    for (;;) {
      key = this.#keys.find(bytes, place, key)
      if (key === undefined || key.record === this.#record) return unusual
      key.record = this.#record
      place = skipSpace(bytes, place + key.bytes.length)
      if (bytes[place] !== ascii.colon) return unusual
      place = this.#scanValue(bytes, skipSpace(bytes, place + 1), key.column, row)
      if (place < 0) return unusual
      if (key.column !== undefined) found++
      place = skipSpace(bytes, place)
      if (bytes[place] === ascii.closeBrace) return this.#fillIn(found, place, row)
      if (bytes[place] !== ascii.comma) return unusual
      place = skipSpace(bytes, place + 1)
    }
  }

  #scanValue(bytes: Buffer, at: number, column: ColumnScanner | undefined, row: number): number {
    if (column === undefined) return this.#isStrict ? unusual : skipJson(bytes, at, this.#decimal)
    if (bytes[at] !== ascii.n) return column.scan(bytes, at, row)
    const end = skipJson(bytes, at, this.#decimal)
    if (end < 0 || !column.rules.field.isNullable) return unusual
    column.writeNull(row)
    return end
  }

  /** Nulls for members that the record lacks and may lack. Gives `end`. */
  #fillIn(found: number, end: number, row: number): number {
    if (found === this.#columns.length) return end
    for (const { column, record } of this.#columnKeys) {
      if (column === undefined || record === this.#record) continue
      if (!column.rules.isOptional) return unusual
      column.writeNull(row)
    }
    return end
  }
}
