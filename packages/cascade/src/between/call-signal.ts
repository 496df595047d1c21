import type { Clock } from '@redesmyn/core'
import { afterMs } from './pause.ts'

export interface CallLimits {
  /** Whichever aborts first ends the call, with its reason. */
  readonly sources: readonly AbortSignal[]
  readonly clock: Clock
  /** Milliseconds that there are. Default: no limit. */
  readonly ms?: number
  /** What the call ends with when they are over. */
  readonly timeIsOver?: () => unknown
}

/**
 * The signal of one call. What it listens to is let go with `end`: `AbortSignal.any` would be held by signals that live as
 * long as a run.
 */
export class CallSignal {
  readonly signal: AbortSignal
  readonly #end: () => void

  constructor({ sources, clock, ms = Number.POSITIVE_INFINITY, timeIsOver }: CallLimits) {
    const controller = new AbortController()
    const abort = (event: Event) => {
      if (event.target instanceof AbortSignal) controller.abort(event.target.reason)
    }
    const cancel = afterMs(clock, ms, () => controller.abort(timeIsOver?.()))
    for (const source of sources) {
      if (source.aborted) controller.abort(source.reason)
      else source.addEventListener('abort', abort, { once: true })
    }
    this.signal = controller.signal
    this.#end = () => {
      cancel()
      for (const source of sources) source.removeEventListener('abort', abort)
    }
  }

  end(): void {
    this.#end()
  }
}
