import {
  type AnyStage,
  type Compile,
  createRecordCheck,
  type Field,
  PipelineError,
  type RecordCheck,
  recordInvalid,
  type RecordIssue,
} from '@redesmyn/core'
import { isRecord, type JsonRecord, readRecord } from './decode-json-body.ts'
import { maxIssues } from './error-reply.ts'

/** What becomes of an array with an invalid record: it fails, or those records are answered with null. */
export type OnInvalid = 'fail' | 'null'

/** The valid records of an array. */
export interface ReadRecords {
  readonly records: readonly unknown[]
  /** Rows of the request that are answered with null, ascending; `undefined` where there are none. */
  readonly nullRows: readonly number[] | undefined
}

/** Decides what is a record of a stage. Without an input schema every object is, and its columns are inferred. */
export class RecordReader {
  /** The columns for whose sake long integers are parsed exactly. */
  readonly exact: readonly Field[] | undefined
  readonly #check: RecordCheck | undefined
  readonly #isCoercing: boolean

  constructor(stage: AnyStage, compile: Compile) {
    const { input, config } = stage
    this.exact = input?.needsExactIntegers ? input.fields : undefined
    this.#isCoercing = input !== undefined && config.coerce
    this.#check = input && createRecordCheck(input, compile, { coerce: config.coerce })
  }

  /** The one record of a body. Throws RECORD_INVALID. */
  readOne(record: JsonRecord): unknown {
    const check = this.#check
    if (check === undefined) return record
    const coerced = check.coerce(record)
    if (check.isValid(coerced)) return coerced
    throw recordInvalid(check.issues(coerced, 0))
  }

  /** The records of an array. Throws RECORD_INVALID, or BODY_MALFORMED for what is no record at all. */
  readMany(items: readonly unknown[], onInvalid: OnInvalid): ReadRecords {
    // Most bodies are valid as they are, and then the array itself is what is written.
    if (this.#accepts(items)) return { records: items, nullRows: undefined }
    const records: unknown[] = []
    const issues: RecordIssue[] = []
    const invalidRows: number[] = []
    for (let row = 0; row < items.length; row++) {
      const record = this.#readItem(items[row], row, onInvalid)
      if (record !== undefined && (this.#check === undefined || this.#check.isValid(record))) {
        records.push(record)
        continue
      }
      invalidRows.push(row)
      if (onInvalid === 'fail' && issues.length < maxIssues) issues.push(...(this.#check?.issues(record, row) ?? []))
    }
    if (invalidRows.length === 0) return { records, nullRows: undefined }
    if (onInvalid === 'fail') throw recordInvalid(issues.slice(0, maxIssues))
    return { records, nullRows: invalidRows }
  }

  #accepts(items: readonly unknown[]): boolean {
    if (this.#isCoercing) return false
    const check = this.#check
    for (let row = 0; row < items.length; row++) {
      const item = items[row]
      if (!isRecord(item) || (check !== undefined && !check.isValid(item))) return false
    }
    return true
  }

  /** `undefined` only where an item that is no record may be answered with null. */
  #readItem(item: unknown, row: number, onInvalid: OnInvalid): unknown {
    try {
      const record = readRecord(item, row, this.exact)
      return this.#check === undefined ? record : this.#check.coerce(record)
    } catch (error) {
      if (onInvalid === 'null' && error instanceof PipelineError) return undefined
      throw error
    }
  }
}
