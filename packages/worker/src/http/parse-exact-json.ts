import { type Field, narrowBigInts } from '@redesmyn/core'
import { parse } from 'lossless-json'

/** Integers of fewer digits are exact in a double. */
const minLongDigits = 16
/** The length of the longest 64-bit integers, `-9223372036854775808` and `18446744073709551615`. */
const maxLongLength = 20
const digitZero = 0x30
const digitNine = 0x39

/**
 * As JSON.parse of a record or an array of records, but integers beyond 2^53 come as bigint in the columns that want
 * 64 bits of them. Throws SyntaxError, or RangeError where the nesting is too deep.
 */
export function parseExactJson(text: string, fields: readonly Field[]): unknown {
  if (!hasLongNumber(text)) return JSON.parse(text)
  const value = parse(text, null, { parseNumber: parseExactNumber, onDuplicateKey: ({ newValue }) => newValue })
  return Array.isArray(value) ? value.map((record) => narrowBigInts(record, fields)) : narrowBigInts(value, fields)
}

/** May be true for digits inside a text, which costs time and nothing else. */
function hasLongNumber(text: string): boolean {
  let digits = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    digits = code >= digitZero && code <= digitNine ? digits + 1 : 0
    if (digits === minLongDigits) return true
  }
  return false
}

function parseExactNumber(literal: string): number | bigint {
  const rounded = Number(literal)
  if (literal.length > maxLongLength || Number.isSafeInteger(rounded) || !isInteger(literal)) return rounded
  return BigInt(literal)
}

function isInteger(literal: string): boolean {
  return !literal.includes('.') && !literal.includes('e') && !literal.includes('E')
}
