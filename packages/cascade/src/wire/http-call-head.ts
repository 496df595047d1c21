import { PipelineError } from '@redesmyn/core'
import type { CallContext } from '../handoff/between.ts'
import type { CallHead } from './call-head.ts'
import { type HttpHeaders, httpHeaders, headerOf } from './http-headers.ts'
import { readPartition, writePartition } from './partition-text.ts'

type SentContext = Omit<CallContext, 'signal'>

/** Servers take 16 KiB of headers or less. Of a wider schema only the columns themselves are compared. */
const maxSchemaLength = 4096

/** `schema` is left out where the sender does not know what the stage takes. */
export function writeCallHeaders(context: SentContext, schema: string | undefined): Record<string, string> {
  const { attempt, idempotencyKey, deadlineMs, traceparent } = context
  const partition = writePartition(context.partition)
  const fingerprint = schema === undefined ? '' : encodeURI(schema)
  return {
    [httpHeaders.attempt]: String(attempt),
    // Keys are of any characters, headers are not.
    [httpHeaders.idempotencyKey]: encodeURIComponent(idempotencyKey),
    ...(fingerprint !== '' && fingerprint.length <= maxSchemaLength && { [httpHeaders.schema]: fingerprint }),
    ...(Number.isFinite(deadlineMs) && { [httpHeaders.deadline]: String(Math.max(1, Math.floor(deadlineMs))) }),
    ...(partition !== '' && { [httpHeaders.partition]: partition }),
    ...(traceparent !== undefined && { [httpHeaders.traceparent]: traceparent }),
  }
}

/** The path names the stage. Throws REQUEST_INVALID naming the header that cannot be used. */
export function readCallHeaders(headers: HttpHeaders): CallHead {
  const key = headerOf(headers, httpHeaders.idempotencyKey)
  const schema = headerOf(headers, httpHeaders.schema)
  return {
    schema: schema && decode(schema, httpHeaders.schema),
    idempotencyKey: key === undefined || key === '' ? undefined : decode(key, httpHeaders.idempotencyKey),
    attempt: readNumber(headers, httpHeaders.attempt, { absent: 1, least: 1, isWhole: true }),
    deadlineMs: readNumber(headers, httpHeaders.deadline, {
      absent: Number.POSITIVE_INFINITY,
      least: 0,
      isWhole: false,
    }),
    traceparent: headerOf(headers, httpHeaders.traceparent),
    partition: readPartition(headerOf(headers, httpHeaders.partition) ?? ''),
  }
}

interface NumberRule {
  readonly absent: number
  readonly least: number
  readonly isWhole: boolean
}

function readNumber(headers: HttpHeaders, name: string, { absent, least, isWhole }: NumberRule): number {
  const text = headerOf(headers, name)
  if (text === undefined) return absent
  const pattern = isWhole ? /^\d{1,15}$/ : /^\d{1,15}(?:\.\d{1,9})?$/
  if (pattern.test(text) && Number(text) >= least) return Number(text)
  throw new PipelineError('REQUEST_INVALID', `header "${name}" must be a number of at least ${least}, got "${text}"`)
}

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new PipelineError('REQUEST_INVALID', `header "${name}" must be URL-encoded, got "${text}"`, { cause })
  }
}
