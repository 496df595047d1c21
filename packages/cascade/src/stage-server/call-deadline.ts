import { type Cancel, type Clock, PipelineError } from '@redesmyn/core'
import { refusedCall } from './refused-call.ts'

export interface CallDeadline {
  /** By the clock. */
  readonly atMs: number
  /** Fires with the caller's own signal, and with DEADLINE_EXCEEDED when the time is over. */
  readonly signal: AbortSignal
  /** The call is over before its time. */
  readonly cancel: Cancel
}

/** A stage that began with less would answer too late. */
const leastLeftMs = 5
/** Goes by until a slot that is free has begun it. */
const handoverMs = 3
/** No timer waits longer: whoever has more has all the time there is. */
const maxTimerMs = 2 ** 31 - 1

/** The time of a call, from now on. Throws DEADLINE_EXCEEDED where too little is left to begin. */
export function deadlineOf(
  leftMs: number,
  clock: Clock,
  { stage, signal }: { readonly stage: string; readonly signal: AbortSignal },
): CallDeadline {
  if (leftMs > maxTimerMs) return { atMs: Number.POSITIVE_INFINITY, signal, cancel: () => undefined }
  if (leftMs < leastLeftMs + handoverMs) {
    const message = `${leftMs} ms are left of the call's time, a stage needs ${leastLeftMs + handoverMs} to begin`
    throw refusedCall('DEADLINE_EXCEEDED', message, { stage, leftMs })
  }
  const stop = new AbortController()
  const cancel = clock.after(leftMs, () => {
    const message = `the time of the call was over in stage "${stage}"`
    stop.abort(new PipelineError('DEADLINE_EXCEEDED', message, { details: { stage } }))
  })
  return { atMs: clock.now() + leftMs, signal: AbortSignal.any([signal, stop.signal]), cancel }
}
