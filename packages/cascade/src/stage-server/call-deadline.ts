import { type Clock, maxTimerMs, PipelineError } from '@redesmyn/core'
import { leastLeftMs } from '@redesmyn/worker'
import { CallSignal } from '../handoff/call-signal.ts'
import { refusedCall } from './refused-call.ts'

export interface CallDeadline {
  /** By the clock. */
  readonly atMs: number
  /** Fires with the caller's own signal, and with DEADLINE_EXCEEDED when the time is over. */
  readonly signal: AbortSignal
  /** The call is over before its time. */
  readonly end: () => void
}

/** Goes by until a slot that is free has begun it. */
const handoverMs = 3
const leastCallMs = leastLeftMs + handoverMs

/** The time of a call, from now on. Throws DEADLINE_EXCEEDED where too little is left to begin. */
export function deadlineOf(
  leftMs: number,
  clock: Clock,
  { stage, signal }: { readonly stage: string; readonly signal: AbortSignal },
): CallDeadline {
  if (leftMs < leastCallMs) {
    const message = `${leftMs} ms are left of the call's time, a stage needs ${leastCallMs} to begin`
    throw refusedCall('DEADLINE_EXCEEDED', message, { stage, leftMs })
  }
  const isOver = () => {
    const message = `the time of the call was over in stage "${stage}"`
    return new PipelineError('DEADLINE_EXCEEDED', message, { details: { stage } })
  }
  const limit = new CallSignal([signal], { clock, ms: leftMs, isOver })
  // Whoever has more than a timer takes has all the time there is.
  const atMs = leftMs > maxTimerMs ? Number.POSITIVE_INFINITY : clock.now() + leftMs
  return { atMs, signal: limit.signal, end: () => limit.end() }
}
