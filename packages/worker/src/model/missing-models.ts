import type { Clock } from '@redesmyn/core'

/** Keys that are remembered: clients choose them, so they must not fill the memory. */
const maxMissing = 1024

/** Artifacts that the store lacked when it was last asked, each for a while. */
export class MissingModels {
  readonly #ttlMs: number
  readonly #clock: Clock
  /** By key: until when. */
  readonly #untilMs = new Map<string, number>()

  constructor(ttlMs: number, clock: Clock) {
    this.#ttlMs = ttlMs
    this.#clock = clock
  }

  has(key: string): boolean {
    const untilMs = this.#untilMs.get(key)
    if (untilMs === undefined) return false
    if (this.#clock.now() < untilMs) return true
    this.#untilMs.delete(key)
    return false
  }

  add(key: string): void {
    this.#untilMs.delete(key)
    this.#untilMs.set(key, this.#clock.now() + this.#ttlMs)
    if (this.#untilMs.size <= maxMissing) return
    const [oldest] = this.#untilMs.keys()
    this.#untilMs.delete(oldest)
  }

  delete(key: string): void {
    this.#untilMs.delete(key)
  }
}
