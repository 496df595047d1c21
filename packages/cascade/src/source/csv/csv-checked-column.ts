import { type ColumnLayout, type ColumnWriter, type Compile, compileRecordSchema, openWriter } from '@redesmyn/core'
import { ascii } from '../text/ascii.ts'
import { type ColumnScanner, unusual } from '../text/column-scanner.ts'
import type { FieldRules } from '../text/field-rules.ts'
import { SchemaCheck } from '../text/schema-check.ts'
import { singleField } from '../text/single-field.ts'
import { cellValue } from './cell-value.ts'

/** Lists, structs, bytes, and whatever has rules that only the schema's compiled check can tell. */
export class CsvCheckedColumn implements ColumnScanner {
  readonly rules: FieldRules
  readonly #delimiter: number
  readonly #check: SchemaCheck
  #writer: ColumnWriter | undefined

  constructor(rules: FieldRules, delimiter: number, compile: Compile) {
    this.rules = rules
    this.#delimiter = delimiter
    const schema = compileRecordSchema(singleField(rules), `column "${rules.field.name}"`)
    this.#check = new SchemaCheck(schema, compile)
  }

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.#writer = openWriter(layout, buffer)
  }

  scan(bytes: Buffer, at: number, row: number): number {
    const isQuoted = bytes[at] === ascii.quote
    const end = isQuoted ? endOfQuoted(bytes, at) : endOfPlain(bytes, at, this.#delimiter)
    const text = isQuoted
      ? bytes.toString('utf8', at + 1, end - 1).replaceAll('""', '"')
      : bytes.toString('utf8', at, end)
    const { field } = this.rules
    const read = cellValue({ text, isQuoted }, field)
    if ('expected' in read || !this.#check.isValid({ [field.name]: read.value })) return unusual
    return this.#writer?.write(row, read.value) === true ? end : unusual
  }

  writeNull(row: number): void {
    this.#writer?.write(row, null)
  }
}

/** Behind the closing quote. */
export function endOfQuoted(bytes: Buffer, at: number): number {
  let place = at + 1
  for (;;) {
    if (bytes[place++] !== ascii.quote) continue
    if (bytes[place] !== ascii.quote) return place
    place++
  }
}

/** Where a value without quotes ends: at the delimiter, or at the line's end. */
export function endOfPlain(bytes: Buffer, at: number, delimiter: number): number {
  let place = at
  while (bytes[place] !== delimiter && bytes[place] !== ascii.lineFeed) place++
  const isReturn = bytes[place] === ascii.lineFeed && place > at && bytes[place - 1] === ascii.carriageReturn
  return isReturn ? place - 1 : place
}
