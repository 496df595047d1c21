import type { ColumnLayout } from '@redesmyn/core'
import { ascii } from '../text/ascii.ts'
import { type ColumnScanner, unusual } from '../text/column-scanner.ts'
import type { FieldRules } from '../text/field-rules.ts'

/** Values that end by themselves, numbers and the like, with or without quotes around them. */
export class CsvWordColumn implements ColumnScanner {
  readonly rules: FieldRules
  readonly #words: ColumnScanner

  constructor(words: ColumnScanner) {
    this.rules = words.rules
    this.#words = words
  }

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.#words.bind(layout, buffer)
  }

  scan(bytes: Buffer, at: number, row: number): number {
    if (bytes[at] !== ascii.quote) return this.#words.scan(bytes, at, row)
    const end = this.#words.scan(bytes, at + 1, row)
    return end >= 0 && bytes[end] === ascii.quote ? end + 1 : unusual
  }

  writeNull(row: number): void {
    this.#words.writeNull(row)
  }
}
