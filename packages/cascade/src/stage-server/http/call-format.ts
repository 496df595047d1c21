import type { IncomingHttpHeaders } from 'node:http'
import { arrowMediaType, PipelineError, type RecordBatch } from '@redesmyn/core'
import { parseExactJson } from '@redesmyn/worker'
import type { CallReject } from '../../handoff/between.ts'
import type { Contract } from '../../handoff/contract.ts'
import { decodeBatch, encodeReply } from '../../wire/arrow-message.ts'
import { readJsonRecords, writeJsonPredictions } from '../../wire/json-records.ts'

/** How the rows of a call and of its reply are written. */
export interface CallFormat {
  readonly contentType: string
  /** Throws BODY_MALFORMED, or RECORD_INVALID. */
  read(bytes: Uint8Array, contract: Contract): RecordBatch
  write(reply: RepliedRows): readonly Uint8Array[]
}

interface RepliedRows {
  readonly batch: RecordBatch
  readonly rejects: readonly CallReject[]
}

/** Throws MEDIA_TYPE_UNSUPPORTED. */
export function callFormatOf(headers: IncomingHttpHeaders): CallFormat {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers
  const [mediaType] = type.toLowerCase().split(';', 1)
  if (encoding !== 'identity') throw unsupported(`encoding "${encoding}"`)
  if (mediaType.trim() === arrowMediaType) return arrowFormat
  if (mediaType.trim() === 'application/json') return jsonFormat
  throw unsupported(`content type "${type}"`)
}

const arrowFormat: CallFormat = Object.freeze({
  contentType: arrowMediaType,
  // Columns that the stage does not take may be of any type.
  read: (bytes: Uint8Array, { input, limits }: Contract) => {
    return decodeBatch(bytes, { fields: input.fields, maxBytes: limits.maxBytes })
  },
  write: encodeReply,
})

const jsonFormat: CallFormat = Object.freeze({
  contentType: 'application/json',
  read: (bytes: Uint8Array, { input }: Contract) => readJsonRecords(parseRecords(bytes), input.fields),
  write({ batch, rejects }: RepliedRows) {
    const told = rejects.length === 0 ? '' : `,"rejects":${JSON.stringify(rejects)}`
    return [Buffer.from(`{"predictions":${writeJsonPredictions(batch)}${told}}`)]
  },
})

function parseRecords(bytes: Uint8Array): readonly unknown[] {
  let value: unknown
  try {
    // A decoder takes no shared memory.
    value = parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes)), [])
  } catch (cause) {
    throw new PipelineError('BODY_MALFORMED', 'the body is not JSON, expected an array of records', { cause })
  }
  if (Array.isArray(value)) return value
  throw new PipelineError('BODY_MALFORMED', `the body is JSON, but no array of records`)
}

function unsupported(received: string): PipelineError {
  return new PipelineError(
    'MEDIA_TYPE_UNSUPPORTED',
    `a stage does not take ${received.slice(0, 200)}, expected ${arrowMediaType} or application/json`,
  )
}
