import { type ColumnLayout, type ColumnWriter, openWriter } from '@redesmyn/core'
import { type ColumnScanner, unusual } from './column-scanner.ts'
import type { FieldRules } from './field-rules.ts'

const trueBytes = [0x74, 0x72, 0x75, 0x65] as const
const falseBytes = [0x66, 0x61, 0x6c, 0x73, 0x65] as const

/** `true` and `false`. */
export class BoolColumn implements ColumnScanner {
  readonly rules: FieldRules
  #writer: ColumnWriter | undefined

  constructor(rules: FieldRules) {
    this.rules = rules
  }

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.#writer = openWriter(layout, buffer)
  }

  scan(bytes: Buffer, at: number, row: number): number {
    const isTrue = bytes[at] === trueBytes[0]
    const word = isTrue ? trueBytes : falseBytes
    for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) return unusual
    this.#writer?.write(row, isTrue)
    return at + word.length
  }

  writeNull(row: number): void {
    this.#writer?.write(row, null)
  }
}
