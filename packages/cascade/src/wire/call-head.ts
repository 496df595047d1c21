import type { CallContext } from '../handoff/between.ts'
import { type Head, readCount, readNumber, readOptionalText, readText, readTexts } from './head-values.ts'

/** What a call says of itself beside its batch, whichever way it comes. */
export interface CallHead {
  /** Fingerprint of the columns that the sender believes the stage to take; undefined where it does not say. */
  readonly schema: string | undefined
  /** Calls with equal keys are one call: while it runs they join it, afterwards they get its reply again. */
  readonly idempotencyKey: string | undefined
  readonly attempt: number
  /** What is left, from when the head was read. `Infinity`: no limit but the stage's own. */
  readonly deadlineMs: number
  readonly traceparent: string | undefined
  readonly partition: Readonly<Record<string, string>>
}

/** As a frame has it, which names the stage as well. */
export interface FrameCallHead extends CallHead {
  readonly stage: string
}

/** As JSON, which has no `Infinity`: a call without a limit says nothing of one. */
export function writeCallHead(stage: string, schema: string | undefined, context: Omit<CallContext, 'signal'>): Head {
  const { deadlineMs, attempt, idempotencyKey, traceparent, partition } = context
  return {
    stage,
    schema,
    idempotencyKey,
    attempt,
    ...(Number.isFinite(deadlineMs) && { deadlineMs }),
    traceparent,
    ...(Object.keys(partition).length > 0 && { partition }),
  }
}

/** Throws BODY_MALFORMED naming what is missing or has another type. */
export function readCallHead(head: Head): FrameCallHead {
  return {
    stage: readText(head, 'stage'),
    schema: readOptionalText(head, 'schema'),
    idempotencyKey: readOptionalText(head, 'idempotencyKey'),
    attempt: readCount(head, 'attempt', 1) ?? 1,
    deadlineMs: readNumber(head, 'deadlineMs', 0) ?? Number.POSITIVE_INFINITY,
    traceparent: readOptionalText(head, 'traceparent'),
    partition: readTexts(head, 'partition'),
  }
}
