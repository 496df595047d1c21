import { type ErrorCode, errorTable, isErrorCode } from '@redesmyn/core'
import { problemMediaType } from '../http/media-type.ts'
import type { JsonSchema } from './json-schema.ts'

/** What an endpoint may answer instead of its result. */
export const errorStatuses = [400, 404, 405, 408, 413, 415, 422, 429, 500, 503, 504] as const

const details = { type: 'object', description: 'more about it, by code; `issues` lists every violation of a schema' }
const requestId = { type: 'string', description: 'as in the header x-request-id' }

/** The schemas of the two forms that an error may be asked for in. */
export const errorSchemas: Readonly<Record<string, JsonSchema>> = {
  Error: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'requestId', 'details'],
        properties: { code: { type: 'string' }, message: { type: 'string' }, requestId, details },
      },
    },
  },
  Problem: {
    type: 'object',
    description: 'RFC 9457, where the request accepts application/problem+json',
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId', 'details'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      code: { type: 'string' },
      requestId,
      details,
    },
  },
}

/** By the name that `errorResponseName` gives each. */
export function describeErrorResponses(): Readonly<Record<string, object>> {
  return Object.fromEntries(errorStatuses.map((status) => [errorResponseName(status), describeResponse(status)]))
}

export function errorResponseName(status: number): string {
  return `Error${status}`
}

function describeResponse(status: number): object {
  const codes = Object.keys(errorTable).filter((code): code is ErrorCode => {
    return isErrorCode(code) && errorTable[code].http === status
  })
  const retryAfter = { schema: { type: 'integer' }, description: 'seconds' }
  return {
    description: codes.map((code) => `\`${code}\`: ${errorTable[code].when}`).join('; '),
    headers: {
      'x-request-id': { $ref: '#/components/headers/RequestId' },
      ...(codes.includes('QUEUE_FULL') && { 'retry-after': retryAfter }),
      ...(codes.includes('METHOD_NOT_ALLOWED') && { allow: { schema: { type: 'string' } } }),
    },
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/Error' } },
      [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } },
    },
  }
}
