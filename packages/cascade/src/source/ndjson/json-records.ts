import { type Compile, type RecordSchema, withoutAbsent } from '@redesmyn/core'
import { parseExactJson } from '@redesmyn/worker'
import type { ReadRecord } from '../text/read-record.ts'
import { SchemaCheck } from '../text/schema-check.ts'

/**
 * Reads records one by one through the engine's parser and the schema's compiled check. A null stands for a missing
 * member where the schema lets it be missing and takes no null: so our own sink writes it.
 */
export class JsonRecords {
  readonly #schema: RecordSchema
  readonly #check: SchemaCheck
  /** A byte order mark is no JSON but at the beginning of a file. */
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  constructor(schema: RecordSchema, compile: Compile) {
    this.#schema = schema
    this.#check = new SchemaCheck(schema, compile)
  }

  read(line: Uint8Array): ReadRecord {
    let text: string
    try {
      text = this.#decoder.decode(line)
    } catch {
      return malformed(`bytes that are not UTF-8, from byte ${firstInvalidByte(line)} of the line on`)
    }
    try {
      return this.#judge(this.#parse(text))
    } catch (error) {
      return malformed(error instanceof SyntaxError ? error.message : 'one that is nested too deeply')
    }
  }

  #parse(text: string): unknown {
    const { needsExactIntegers, fields } = this.#schema
    return needsExactIntegers ? parseExactJson(text, fields) : JSON.parse(text)
  }

  #judge(value: unknown): ReadRecord {
    if (typeof value !== 'object' || value === null) return malformed(value === null ? 'null' : `a ${typeof value}`)
    if (Array.isArray(value)) return malformed('an array')
    const record = value as Readonly<Record<string, unknown>>
    if (this.#check.isValid(record)) return { kind: 'record', record }
    const present = withoutAbsent(record, this.#schema.json)
    if (this.#check.isValid(present)) return { kind: 'record', record: present }
    return { kind: 'bad', code: 'RECORD_INVALID', message: this.#check.describe(present) }
  }
}

function malformed(received: string): ReadRecord {
  return { kind: 'bad', code: 'BODY_MALFORMED', message: `expected a JSON object, got ${received}` }
}

/** Where the longest beginning ends that may be UTF-8. */
function firstInvalidByte(bytes: Uint8Array): number {
  let low = 0
  let high = bytes.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (isBeginning(bytes.subarray(0, middle))) low = middle
    else high = middle - 1
  }
  return low
}

function isBeginning(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
