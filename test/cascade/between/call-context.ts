import { type CallContext, type Contract, contractOf } from '@redesmyn/cascade'
import type { AnyStage } from '@redesmyn/core'

export function context(own: Partial<CallContext> = {}): CallContext {
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

/** What a sender of the stage has and wants. */
export function wantOf(stage: AnyStage): Contract {
  return contractOf([stage], { version: '1', limits: { maxRows: 256, maxBytes: 1e6 } })
}
