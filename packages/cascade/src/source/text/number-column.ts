import { type ColumnLayout, type NumberArray, ValidityWriter } from '@redesmyn/core'
import { openNumbers } from './column-memory.ts'
import { type ColumnScanner, unusual } from './column-scanner.ts'
import type { Decimal } from './decimal.ts'
import type { FieldRules, NumberRange } from './field-rules.ts'

/** Floats, and integers of up to 32 bits. */
export class NumberColumn implements ColumnScanner {
  readonly rules: FieldRules
  readonly #minimum: number
  readonly #maximum: number
  readonly #isFloat: boolean
  readonly #decimal: Decimal
  #values: NumberArray = new Float64Array(0)
  #validity: ValidityWriter | undefined

  constructor(rules: FieldRules, range: NumberRange, decimal: Decimal) {
    this.rules = rules
    this.#minimum = range.minimum
    this.#maximum = range.maximum
    this.#isFloat = rules.field.type.kind === 'float'
    this.#decimal = decimal
  }

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.#values = openNumbers(layout, buffer)
    this.#validity = layout.validity && new ValidityWriter(layout, buffer)
  }

  scan(bytes: Buffer, at: number, row: number): number {
    const decimal = this.#decimal
    if (!decimal.scan(bytes, at)) return unusual
    const { value } = decimal
    if (this.#isFloat ? value - value !== 0 : !decimal.isInteger) return unusual
    if (value < this.#minimum || value > this.#maximum) return unusual
    this.#values[row] = value
    this.#validity?.put(row, true)
    return decimal.end
  }

  writeNull(row: number): void {
    this.#values[row] = 0
    this.#validity?.put(row, false)
  }
}
