import { type Clock, PipelineError } from '@redesmyn/core'

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
  const scope = new AbortController()
  const ends = signals.map((signal) => {
    const end = (): void => scope.abort(signal.reason)
    signal.addEventListener('abort', end, { once: true })
    return () => signal.removeEventListener('abort', end)
  })
  if (Number.isFinite(timeoutMs)) ends.push(clock.after(timeoutMs, () => scope.abort(onTimeout())))
  const aborted = new Promise<never>((_, reject) => {
    scope.signal.addEventListener('abort', () => reject(scope.signal.reason), { once: true })
  })
  try {
    // What hangs in spite of its signal is left to itself.
    return await Promise.race([run(scope.signal), aborted])
  } finally {
    for (const end of ends) end()
  }
}
