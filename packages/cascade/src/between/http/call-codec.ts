import { arrowMediaType, assignFields, type Field, PipelineError, type RecordBatch } from '@redesmyn/core'
import { parseExactJson } from '@redesmyn/worker'
import type { CallReject } from '../../handoff/between.ts'
import { decodeReply, encodeBatch, type ReplyRows } from '../../wire/arrow-message.ts'
import { isRecord } from '../../wire/read-fields.ts'
import { readJsonRecords, writeJsonRecords } from '../../wire/json-records.ts'
import { rejectsOf } from './json-rejects.ts'

/** What is known of a reply before its bytes are read. */
export interface ReplyTerms {
  readonly rejectCount: number
  /** Of the call. */
  readonly rowCount: number
  /** What the stage says it gives; undefined before `hello`. */
  readonly output: readonly Field[] | undefined
  /** Memory for columns that have to be rewritten. */
  readonly maxBytes: number
}

/** How the rows of a call and of its reply are written. */
export interface CallCodec {
  readonly mediaType: string
  /**
   * Views of the batch where the format allows. `taken` is what the stage says it takes; undefined before `hello`. Throws
   * SCHEMA_MISMATCH where the format tells no types, so that nobody else would notice.
   */
  encode(batch: RecordBatch, taken: readonly Field[] | undefined): readonly Uint8Array[]
  /** Throws BODY_MALFORMED where the bytes are no reply, RECORD_INVALID where its rows are not what the stage gives. */
  decode(bytes: Uint8Array, terms: ReplyTerms): ReplyRows
}

export const arrowCodec: CallCodec = Object.freeze({
  mediaType: arrowMediaType,
  encode: encodeBatch,
  decode(bytes: Uint8Array, { rejectCount, rowCount, output, maxBytes }: ReplyTerms) {
    return decodeReply(bytes, { rejectCount, rowCount }, { maxBytes, ...(output !== undefined && { fields: output }) })
  },
})

/**
 * Records to an endpoint, and the predictions it answers with; integers of 64 bits keep all their digits. Columns of
 * `optional` are left out where they are null.
 */
export function jsonCodec(optional: readonly string[]): CallCodec {
  return {
    mediaType: 'application/json',
    encode(batch, taken) {
      const sent = taken === undefined ? batch : assignFields(batch, taken)
      return [Buffer.from(writeJsonRecords(sent, optional))]
    },
    decode(bytes, { rowCount, output }) {
      if (output === undefined) {
        throw new PipelineError('LIFECYCLE_MISUSE', 'a call as JSON comes after hello, which says what is answered')
      }
      const { predictions, rejects } = readAnswer(bytes, rowCount)
      return { batch: readJsonRecords(predictions, output), rejects }
    },
  }
}

interface JsonAnswer {
  readonly predictions: readonly unknown[]
  readonly rejects: readonly CallReject[]
}

/** `{"predictions":[…]}`, or a bare array. */
function readAnswer(bytes: Uint8Array, rowCount: number): JsonAnswer {
  const value = parse(bytes)
  const predictions = isRecord(value) ? value['predictions'] : value
  if (!Array.isArray(predictions)) throw malformed('expected {"predictions":[…]} or an array')
  const rejects = isRecord(value) ? rejectsOf(value['rejects'] ?? [], rowCount) : []
  if (rejects === undefined) throw malformed('expected rejects with row, code and message')
  return { predictions, rejects }
}

function parse(bytes: Uint8Array): unknown {
  try {
    // A decoder takes no shared memory.
    return parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes)), [])
  } catch (cause) {
    throw new PipelineError('BODY_MALFORMED', 'the reply is not JSON', { cause })
  }
}

function malformed(problem: string): PipelineError {
  return new PipelineError('BODY_MALFORMED', `the reply is JSON of another form: ${problem}`)
}
