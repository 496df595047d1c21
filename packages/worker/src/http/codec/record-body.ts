import {
  type AnyStage,
  type CodecHeaders,
  inferFields,
  JsonRows,
  narrowBigInts,
  PipelineError,
  type RecordForm,
} from '@redesmyn/core'
import { isRecord } from '../decode-json-body.ts'
import type { RecordReader } from '../record-reader.ts'
import type { BodyCodec, CodedRequest, ReadBody } from './body-codec.ts'

/** Bodies that a function makes records of, which are then checked as those of JSON are. */
export class RecordBody implements BodyCodec {
  readonly takesEmpty = false
  readonly #form: RecordForm
  readonly #stage: AnyStage
  readonly #records: RecordReader

  constructor(form: RecordForm, stage: AnyStage, records: RecordReader) {
    this.#form = form
    this.#stage = stage
    this.#records = records
  }

  read(bytes: Uint8Array, { contentType, headers }: CodedRequest): ReadBody {
    const decoded = this.#decode(bytes, { ...headers, 'content-type': contentType })
    if (Array.isArray(decoded)) {
      const { records, nullRows } = this.#records.readMany(decoded, 'fail')
      return this.#bodyOf(records, bytes.byteLength, { isSingle: false, nullRows })
    }
    if (!isRecord(decoded)) throw malformed('it is neither a record nor a list of records')
    return this.#bodyOf([this.#records.readOne(decoded)], bytes.byteLength, { isSingle: true, nullRows: undefined })
  }

  #bodyOf(records: readonly unknown[], byteLength: number, kind: Pick<ReadBody, 'isSingle' | 'nullRows'>): ReadBody {
    const fields = this.#stage.input?.fields ?? inferFields(records)
    return { ...kind, fields, rows: new JsonRows(records, fields, byteLength) }
  }

  #decode(bytes: Uint8Array, headers: CodecHeaders): unknown {
    const { decode, narrowsBigInts } = this.#form
    const fields = this.#stage.input?.fields
    try {
      const decoded = decode?.(bytes, headers)
      if (!narrowsBigInts || fields === undefined) return decoded
      return Array.isArray(decoded)
        ? decoded.map((record) => narrowBigInts(record, fields))
        : narrowBigInts(decoded, fields)
    } catch (cause) {
      // By name, because an app bundle may hold a second copy of the class.
      if (cause instanceof Error && cause.name === 'PipelineError') throw cause
      throw malformed(cause instanceof Error ? cause.message : String(cause), cause)
    }
  }
}

function malformed(reason: string, cause?: unknown): PipelineError {
  return new PipelineError('REQUEST_INVALID', `decoding error: ${reason}`, { cause })
}
