import type { ColumnLayout } from '@redesmyn/core'
import { type ColumnScanner, unusual } from '../text/column-scanner.ts'
import type { FieldRules } from '../text/field-rules.ts'
import type { Int64Column } from '../text/int64-column.ts'
import { TimestampText } from '../text/timestamp-text.ts'

/** Points in time as ISO 8601 writes them, or as whole milliseconds. */
export class CsvTimeColumn implements ColumnScanner {
  readonly rules: FieldRules
  readonly #numbers: Int64Column
  readonly #time = new TimestampText()

  constructor(numbers: Int64Column) {
    this.rules = numbers.rules
    this.#numbers = numbers
  }

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.#numbers.bind(layout, buffer)
  }

  scan(bytes: Buffer, at: number, row: number): number {
    if (!this.#time.scan(bytes, at)) return this.#numbers.scan(bytes, at, row)
    const { value, end } = this.#time
    if (!this.#numbers.takes(value)) return unusual
    this.#numbers.put(row, value)
    return end
  }

  writeNull(row: number): void {
    this.#numbers.writeNull(row)
  }
}
