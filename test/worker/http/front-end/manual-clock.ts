import type { Clock } from '@redesmyn/core'

/** Time that passes only when a test says so. The end of a turn stays real, as sockets are. */
export class ManualClock implements Clock {
  #nowMs = 0
  #timers: readonly { readonly atMs: number; readonly action: () => void }[] = []

  get timerCount(): number {
    return this.#timers.length
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, action }
    this.#timers = [...this.#timers, timer]
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  endOfTurn(action: () => void): void {
    setImmediate(action)
  }

  /** Timers that are set by timers run too, each at its own moment. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      const next = this.#timers.toSorted((one, other) => one.atMs - other.atMs)[0]
      if (next === undefined || next.atMs > endMs) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#nowMs = next.atMs
      next.action()
    }
    this.#nowMs = endMs
  }
}
