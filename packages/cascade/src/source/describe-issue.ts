import type { RecordIssue } from '@redesmyn/core'

const keyRules: ReadonlySet<string> = new Set(['required', 'additionalProperties'])
const toldCharacters = 40

/**
 * One way in which a record breaks its schema, in the words in which a server tells it: where, what was expected, and what
 * was there. The same for records of all formats.
 */
export function describeIssue({ pointer, rule, message }: Omit<RecordIssue, 'row'>, record: unknown): string {
  if (pointer === '') return message
  if (keyRules.has(rule)) return `${pointer}: ${message}`
  const got = message.includes(', got ') ? '' : gotText(valueAt(record, pointer))
  return `${pointer} ${message}${got}`
}

function valueAt(record: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1)
  return keys.reduce<unknown>((value, key) => {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~')
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  }, record)
}

/** Of lists and structs nothing is told: they may be of any size. */
function gotText(value: unknown): string {
  if (typeof value === 'string') {
    const told = value.length > toldCharacters ? `${value.slice(0, toldCharacters)}…` : value
    return `, got ${JSON.stringify(told)}`
  }
  return typeof value === 'number' || typeof value === 'bigint' ? `, got ${value}` : ''
}
