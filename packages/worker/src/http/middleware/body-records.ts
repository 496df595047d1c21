import { type Field, PipelineError } from '@redesmyn/core'
import { decodeJsonBody, type JsonRecord, readRecord } from '../decode-json-body.ts'
import { bodyFormatOf } from '../media-type.ts'

/** The records of a body, and whether it was one record and no list. */
export interface BodyRecords {
  readonly records: readonly JsonRecord[]
  readonly isSingle: boolean
}

/** Throws MEDIA_TYPE_UNSUPPORTED for what is no JSON, and BODY_MALFORMED. */
export function readBodyRecords(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
  exact: readonly Field[] | undefined,
): BodyRecords {
  const { 'content-type': contentType = '', 'content-encoding': contentEncoding = '' } = headers
  if (bodyFormatOf(contentType) !== 'json' || contentEncoding !== '') {
    const received = `"${contentType}"${contentEncoding === '' ? '' : ` encoded as "${contentEncoding}"`}`
    throw new PipelineError('MEDIA_TYPE_UNSUPPORTED', `records are read from plain JSON here, got ${received}`)
  }
  const body = decodeJsonBody(bytes, exact)
  if (!Array.isArray(body)) return { records: [body], isSingle: true }
  return { records: body.map((item, row) => readRecord(item, row, exact)), isSingle: false }
}

/** The same records as a JSON body. Long integers become texts of digits, which their columns take as well. */
export function writeBodyRecords({ records, isSingle }: BodyRecords): string {
  const [only] = records
  return JSON.stringify(isSingle && records.length === 1 ? only : records, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}
