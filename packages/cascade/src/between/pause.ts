import { afterMs, type Cancel, type Clock } from '@redesmyn/core'

export interface PauseOptions {
  readonly clock: Clock
  /** `Infinity`: until it is woken. */
  readonly ms: number
  readonly signal: AbortSignal
}

/** Resolves when the time is over, or when `wake`, which is handed to `begin`, is called. Rejects with the signal's reason. */
export function pause({ clock, ms, signal }: PauseOptions, begin?: (wake: () => void) => Cancel): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    if (ms <= 0) return resolve()
    const end = (settle: () => void) => () => {
      cancel()
      forget?.()
      signal.removeEventListener('abort', abort)
      settle()
    }
    const [wake, abort] = [end(resolve), end(() => reject(signal.reason))]
    const cancel = afterMs(clock, ms, wake)
    const forget = begin?.(wake)
    signal.addEventListener('abort', abort, { once: true })
  })
}
