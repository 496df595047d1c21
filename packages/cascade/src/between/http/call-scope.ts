import type { Clock, PipelineError } from '@redesmyn/core'
import { untilAborted } from '../../handoff/until-aborted.ts'
import { CallSignal } from '../../handoff/call-signal.ts'

export interface ScopeTerms {
  readonly clock: Clock
  /** The caller's, and whoever else may end what is begun. */
  readonly signals: readonly AbortSignal[]
  readonly timeoutMs: number
  /** What is told when the time is over. */
  readonly onTimeout: () => PipelineError
}

/** Runs something that ends when one of the signals does, with its reason, or when the time is over. */
export async function withinScope<Value>(
  { clock, signals, timeoutMs, onTimeout }: ScopeTerms,
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  for (const signal of signals) signal.throwIfAborted()
  const limit = new CallSignal(signals, { clock, ms: timeoutMs, isOver: onTimeout })
  try {
    // What hangs in spite of its signal is left to itself.
    return await untilAborted(run(limit.signal), limit.signal)
  } finally {
    limit.end()
  }
}
