import type { ColumnLayout } from '@redesmyn/core'
import { ascii } from '../text/ascii.ts'
import type { ColumnScanner } from '../text/column-scanner.ts'
import type { FieldRules } from '../text/field-rules.ts'
import { TextPlace } from '../text/text-place.ts'
import { unusual } from '../text/column-scanner.ts'

/** Any text, quoted or not. Its bytes are known to be UTF-8. */
export class CsvTextColumn implements ColumnScanner {
  readonly rules: FieldRules
  readonly #delimiter: number
  readonly #place = new TextPlace()

  constructor(rules: FieldRules, delimiter: number) {
    this.rules = rules
    this.#delimiter = delimiter
  }

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.#place.bind(layout, buffer)
  }

  scan(bytes: Buffer, at: number, row: number): number {
    if (bytes[at] === ascii.quote) return this.#scanQuoted(bytes, at, row)
    const delimiter = this.#delimiter
    const target = this.#place.bytes
    let end = this.#place.offsets[row]
    let place = at
    for (let byte = bytes[place]; byte !== delimiter && byte !== ascii.lineFeed; byte = bytes[++place]) {
      target[end++] = byte
    }
    if (bytes[place] === ascii.lineFeed && place > at && bytes[place - 1] === ascii.carriageReturn) {
      place--
      end--
    }
    return this.#place.end(row, end) ? place : unusual
  }

  writeNull(row: number): void {
    this.#place.writeNull(row)
  }

  #scanQuoted(bytes: Buffer, at: number, row: number): number {
    const target = this.#place.bytes
    let end = this.#place.offsets[row]
    let place = at + 1
    for (;;) {
      const byte = bytes[place++]
      if (byte === ascii.quote) {
        if (bytes[place] !== ascii.quote) return this.#place.end(row, end) ? place : unusual
        place++
      }
      target[end++] = byte
    }
  }
}
