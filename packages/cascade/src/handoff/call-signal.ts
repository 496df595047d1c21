import { afterMs, type Clock } from '@redesmyn/core'

export interface CallTime {
  readonly clock: Clock
  /** Milliseconds that there are; `Infinity` is no limit. */
  readonly ms: number
  /** What the call ends with when they are over. Default: an AbortError. */
  readonly isOver?: () => unknown
}

/**
 * The signal of one call, which whichever source aborts first ends with its reason. What it listens to is let go with `end`:
 * `AbortSignal.any` would be held by signals that live as long as a run.
 */
export class CallSignal {
  readonly signal: AbortSignal
  readonly #end: () => void

  constructor(sources: readonly AbortSignal[], time?: CallTime) {
    const controller = new AbortController()
    const abort = (event: Event) => {
      if (event.target instanceof AbortSignal) controller.abort(event.target.reason)
    }
    const cancel = time && afterMs(time.clock, time.ms, () => controller.abort(time.isOver?.()))
    for (const source of sources) {
      if (source.aborted) controller.abort(source.reason)
      else source.addEventListener('abort', abort, { once: true })
    }
    this.signal = controller.signal
    this.#end = () => {
      cancel?.()
      for (const source of sources) source.removeEventListener('abort', abort)
    }
  }

  end(): void {
    this.#end()
  }
}
