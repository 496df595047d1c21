import type { Clock } from '@redesmyn/core'

/**
 * A clock that remembers what it last said. While the end of the turn is due, all that happens is work of this thread,
 * and what begins now begins where the last thing ended: no need to ask again.
 */
export class TurnClock implements Clock {
  readonly #inner: Clock
  #lastMs = 0
  #isTurnOpen = false

  constructor(inner: Clock) {
    this.#inner = inner
  }

  now(): number {
    this.#lastMs = this.#inner.now()
    return this.#lastMs
  }

  /** When the work before this one ended, if that was in this turn; else now. */
  sinceMs(): number {
    return this.#isTurnOpen ? this.#lastMs : this.now()
  }

  after(delayMs: number, action: () => void): () => void {
    return this.#inner.after(delayMs, action)
  }

  endOfTurn(action: () => void): void {
    this.#isTurnOpen = true
    this.#inner.endOfTurn(() => {
      this.#isTurnOpen = false
      action()
    })
  }
}
