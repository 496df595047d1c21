import { type ColumnLayout, type ColumnWriter, type Compile, compileRecordSchema, openWriter } from '@redesmyn/core'
import { parseExactJson } from '@redesmyn/worker'
import { type ColumnScanner, unusual } from '../text/column-scanner.ts'
import type { Decimal } from '../text/decimal.ts'
import type { FieldRules } from '../text/field-rules.ts'
import { SchemaCheck } from '../text/schema-check.ts'
import { singleField } from '../text/single-field.ts'
import { skipJson } from './skip-json.ts'

/** Lists, structs, bytes, and whatever has rules that only the schema's compiled check can tell. */
export class JsonCheckedColumn implements ColumnScanner {
  readonly rules: FieldRules
  readonly #decimal: Decimal
  readonly #check: SchemaCheck
  readonly #isExact: boolean
  readonly #nameText: string
  #writer: ColumnWriter | undefined

  constructor(rules: FieldRules, decimal: Decimal, compile: Compile) {
    const schema = compileRecordSchema(singleField(rules), `column "${rules.field.name}"`)
    this.rules = rules
    this.#decimal = decimal
    this.#check = new SchemaCheck(schema, compile)
    this.#isExact = schema.needsExactIntegers
    this.#nameText = JSON.stringify(rules.field.name)
  }

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.#writer = openWriter(layout, buffer)
  }

  scan(bytes: Buffer, at: number, row: number): number {
    const end = skipJson(bytes, at, this.#decimal)
    if (end < 0) return unusual
    const { field } = this.rules
    const text = `{${this.#nameText}:${bytes.toString('utf8', at, end)}}`
    // Valid JSON by now.
    const record = (this.#isExact ? parseExactJson(text, [field]) : JSON.parse(text)) as Record<string, unknown>
    if (!this.#check.isValid(record)) return unusual
    return this.#writer?.write(row, record[field.name]) === true ? end : unusual
  }

  writeNull(row: number): void {
    this.#writer?.write(row, null)
  }
}
