import type { Effects, ErrorCode, PipelineError } from '@redesmyn/core'

/** Whether a call that failed so may be made again: `refused` only where the stage has not seen any of its rows. */
type MayRetry = 'always' | 'refused' | 'never'

interface RetryRule extends Readonly<Record<Effects, MayRetry>> {
  /** What it says of the instance that was asked: see `Verdict`; one that is `leaving` is left alone at once. */
  readonly instance: 'failed' | 'answered' | 'undecided' | 'leaving'
}

const rerun = { pure: 'always', idempotent: 'always', once: 'refused' } as const
const untouched = { pure: 'always', idempotent: 'always', once: 'always' } as const
const final = { pure: 'never', idempotent: 'never', once: 'never' } as const

/** All that is ever tried again. What is not here is the same next time: a mismatch, a refusal, what a handler throws. */
export const retryTable = {
  HANDOFF_FAILED: { ...rerun, instance: 'failed' },
  DEADLINE_EXCEEDED: { ...rerun, instance: 'failed' },
  MODEL_LOAD_FAILED: { ...rerun, instance: 'failed' },
  UPLOAD_STALLED: { ...rerun, instance: 'failed' },
  NOT_EXECUTED: { ...untouched, instance: 'failed' },
  // A thread of it ended, as some batches make any thread do; the instance is there to say so.
  EXECUTOR_LOST: { ...rerun, instance: 'undecided' },
  QUEUE_FULL: { ...rerun, instance: 'undecided' },
  DRAINING: { ...rerun, instance: 'leaving' },
} as const satisfies Partial<Record<ErrorCode, RetryRule>>

/** Not tried again, and no sign that the instance works. */
const unfit: readonly ErrorCode[] = ['SCHEMA_MISMATCH', 'BETWEEN_UNSUPPORTED', 'UNAUTHENTICATED', 'ROUTE_NOT_FOUND']
/** What is behind the address may be another process, or another version, from now on. */
const strange: readonly ErrorCode[] = [...unfit, 'HANDOFF_FAILED', 'DRAINING']

export function retryRule({ code, details }: PipelineError): RetryRule {
  const table: Partial<Record<ErrorCode, RetryRule>> = retryTable
  // A stage further on, which the process that tells it has tried already as often as it may.
  if ('between' in details && 'attempts' in details) return { ...final, instance: 'answered' }
  return table[code] ?? { ...final, instance: unfit.includes(code) ? 'undecided' : 'answered' }
}

/** Whether the same rows may be sent once more, as far as that is safe. */
export function mayRetry(error: PipelineError, effects: Effects): boolean {
  const rule = retryRule(error)[effects]
  return rule === 'always' || (rule === 'refused' && error.details['notExecuted'] === true)
}

/** What ran the batch has ended, or the way to it, and the batch may be why: what only is slow, or tells a status, lives. */
export function isLoss({ code, details }: PipelineError): boolean {
  if (code !== 'HANDOFF_FAILED') return code === 'EXECUTOR_LOST'
  return details['notExecuted'] !== true && !('status' in details) && !('timeoutMs' in details)
}

/** Whether hands have to be shaken again. */
export function isStranger({ code }: PipelineError): boolean {
  return strange.includes(code)
}
