import { PipelineError, type ReplyHead } from '@redesmyn/core'
import type { ReplyHeader } from './exchange.ts'
import { constantHeader } from './header-text.ts'

export const jsonHeaders: readonly ReplyHeader[] = [constantHeader('content-type', 'application/json')]
export const textHeaders: readonly ReplyHeader[] = [constantHeader('content-type', 'text/plain; charset=utf-8')]

/** Every answer carries it; the front ends write it. */
export const serverHeader = constantHeader('server', 'redesmyn')

/** Tells the client where in its trace the request stood. */
export function traceHeader(traceparent: string): ReplyHeader {
  return ['traceresponse', traceparent]
}

/** Written by the front end, or about the connection and not the answer. */
const reservedNames = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'server',
  'transfer-encoding',
  'upgrade',
])
const tokenPattern = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const valuePattern = /^[\t\x20-\x7e]*$/

export function withId(headers: readonly ReplyHeader[], requestId: string): readonly ReplyHeader[] {
  return [...headers, ['x-request-id', requestId]]
}

/** The status a handler chose for its row, 200 where it chose none. Throws HANDLER_ERROR for what is no final status. */
export function chosenStatus(head: ReplyHead): number {
  const { status = 200 } = head
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status
  throw new PipelineError('HANDLER_ERROR', `a handler's status must be 200 to 599, got ${status}`)
}

/** Our headers with those a handler chose over them. Throws HANDLER_ERROR for a header that cannot be sent. */
export function withChosenHeaders(headers: readonly ReplyHeader[], head: ReplyHead): readonly ReplyHeader[] {
  if (head.headers === undefined) return headers
  const all = new Map(headers.map(([name, value]) => [name, value]))
  for (const [name, value] of Object.entries(head.headers)) {
    const lowerName = name.toLowerCase()
    if (reservedNames.has(lowerName) || !tokenPattern.test(lowerName) || !valuePattern.test(value)) {
      throw new PipelineError('HANDLER_ERROR', `a handler cannot set the header "${name}"`)
    }
    all.set(lowerName, value)
  }
  return [...all]
}
