import type { Field } from '@redesmyn/core'
import { parseExactJson } from '@redesmyn/worker'
import { TimestampText } from '../text/timestamp-text.ts'
import type { Cell } from './split-cells.ts'

/** What stands in a cell: a value as records have it, or what was expected in its place. */
export type CellValue = { readonly value: unknown } | { readonly expected: string }

const numeral = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
/** Longer ones are no 64-bit integers, and reading one of a megabyte takes seconds. */
const integer = /^[+-]?\d{1,40}$/
const booleans: Readonly<Record<string, boolean>> = { true: true, false: false }

/** Numbers, booleans and times may have spaces around them; lists and structs are JSON, bytes base64. */
export function cellValue({ text }: Cell, field: Field): CellValue {
  const { type } = field
  switch (type.kind) {
    case 'utf8':
    case 'binary':
      return { value: text }
    case 'bool': {
      const value = booleans[text.trim().toLowerCase()]
      return value === undefined ? { expected: 'true or false' } : { value }
    }
    case 'timestamp':
      return timeValue(text.trim())
    case 'int':
      return type.as === 'bigint' && integer.test(text.trim())
        ? { value: BigInt(text.trim().replace('+', '')) }
        : numberValue(text.trim(), 'a whole number')
    case 'float':
      return numberValue(text.trim(), 'a number')
    default:
      return jsonValue(text, field)
  }
}

function numberValue(text: string, expected: string): CellValue {
  return numeral.test(text) ? { value: Number(text) } : { expected }
}

function timeValue(text: string): CellValue {
  if (numeral.test(text)) return { value: Number(text) }
  const time = new TimestampText()
  const bytes = Buffer.from(text)
  const isTime = time.scan(bytes, 0) && time.end === bytes.length
  return isTime ? { value: time.value } : { expected: 'a time such as 2026-01-31T12:30:59Z, or milliseconds' }
}

function jsonValue(text: string, field: Field): CellValue {
  try {
    // A record of one member, as the parser that keeps long integers wants it.
    const record = parseExactJson(`{${JSON.stringify(field.name)}:${text}}`, [field]) as Record<string, unknown>
    return { value: record[field.name] }
  } catch {
    return { expected: 'JSON' }
  }
}
