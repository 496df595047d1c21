import type { CallContext } from '@redesmyn/cascade'

/** A call without limits, with what a test says of it. */
export function callContext(own: Partial<CallContext> = {}): CallContext {
  return {
    signal: new AbortController().signal,
    deadlineMs: Number.POSITIVE_INFINITY,
    attempt: 1,
    idempotencyKey: 'only',
    traceparent: undefined,
    partition: {},
    ...own,
  }
}
