import type { Cancel, Clock } from '@redesmyn/core'

/** The time limits of one endpoint's streams, in milliseconds. */
export interface StreamLimits {
  /** From one event to the next, and for a client to take what was sent. */
  readonly idleTimeoutMs: number
  /** From submission to the end; undefined: none. */
  readonly totalTimeoutMs: number | undefined
}

export interface StreamTimesParts {
  readonly clock: Clock
  readonly limits: StreamLimits
  readonly submittedAtMs: number
  /** Nothing was sent for a while. */
  readonly onSilence: () => void
  readonly onExpired: (limit: 'idle' | 'total') => void
}

/** After so long without a byte a comment shows that the connection is alive. */
export const keepAliveMs = 3000

/**
 * Watches one stream with one timer, which is set again when it runs and not for every event: an event only notes the
 * time.
 */
export class StreamTimes {
  readonly #parts: StreamTimesParts
  readonly #endsAtMs: number
  #lastEventAtMs: number
  #lastSentAtMs: number
  #cancel: Cancel | undefined

  /** The first event has come. */
  constructor(parts: StreamTimesParts) {
    const { clock, limits, submittedAtMs } = parts
    this.#parts = parts
    this.#endsAtMs = submittedAtMs + (limits.totalTimeoutMs ?? Number.POSITIVE_INFINITY)
    this.#lastEventAtMs = clock.now()
    this.#lastSentAtMs = this.#lastEventAtMs
    this.#arm()
  }

  /** An event came, or the client has taken what it was sent. */
  moved(): void {
    this.#lastEventAtMs = this.#parts.clock.now()
    this.#lastSentAtMs = this.#lastEventAtMs
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #arm(): void {
    const { clock, limits } = this.#parts
    const dueAtMs = Math.min(
      this.#lastSentAtMs + keepAliveMs,
      this.#lastEventAtMs + limits.idleTimeoutMs,
      this.#endsAtMs,
    )
    this.#cancel = clock.after(Math.max(0, dueAtMs - clock.now()), () => this.#look())
  }

  #look(): void {
    const { clock, limits, onExpired, onSilence } = this.#parts
    this.#cancel = undefined
    const nowMs = clock.now()
    if (nowMs >= this.#endsAtMs) return onExpired('total')
    if (nowMs >= this.#lastEventAtMs + limits.idleTimeoutMs) return onExpired('idle')
    if (nowMs >= this.#lastSentAtMs + keepAliveMs) {
      this.#lastSentAtMs = nowMs
      onSilence()
    }
    this.#arm()
  }
}
