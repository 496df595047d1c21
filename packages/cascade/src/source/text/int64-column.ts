import { type ColumnLayout, ValidityWriter } from '@redesmyn/core'
import { openWords } from './column-memory.ts'
import { type ColumnScanner, unusual } from './column-scanner.ts'
import type { Decimal } from './decimal.ts'
import type { FieldRules, NumberRange } from './field-rules.ts'

/** Integers of so many digits are exact in a double, and within any 64 bits. */
const maxExactDigits = 15
const twoTo32 = 2 ** 32

/** 64-bit integers and timestamps. Longer literals go the long way, which keeps every digit. */
export class Int64Column implements ColumnScanner {
  readonly rules: FieldRules
  readonly #minimum: number
  readonly #maximum: number
  readonly #decimal: Decimal
  #words: Int32Array = new Int32Array(0)
  #validity: ValidityWriter | undefined

  constructor(rules: FieldRules, range: NumberRange, decimal: Decimal) {
    const { type } = rules.field
    const isUnsigned = type.kind === 'int' && !type.isSigned
    this.rules = rules
    this.#minimum = isUnsigned ? Math.max(0, range.minimum) : range.minimum
    this.#maximum = range.maximum
    this.#decimal = decimal
  }

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.#words = openWords(layout, buffer)
    this.#validity = layout.validity && new ValidityWriter(layout, buffer)
  }

  scan(bytes: Buffer, at: number, row: number): number {
    const decimal = this.#decimal
    if (!decimal.scan(bytes, at) || !decimal.isInteger || decimal.digitCount > maxExactDigits) return unusual
    if (!this.takes(decimal.value)) return unusual
    this.put(row, decimal.value)
    return decimal.end
  }

  /** Whether a safe integer keeps the column's bounds. */
  takes(value: number): boolean {
    return value >= this.#minimum && value <= this.#maximum
  }

  /** Writes a safe integer. */
  put(row: number, value: number): void {
    this.#words[row * 2] = value
    this.#words[row * 2 + 1] = Math.floor(value / twoTo32)
    this.#validity?.put(row, true)
  }

  writeNull(row: number): void {
    this.#words[row * 2] = 0
    this.#words[row * 2 + 1] = 0
    this.#validity?.put(row, false)
  }
}
