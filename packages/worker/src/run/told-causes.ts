import type { Clock } from '@redesmyn/core'

const perMs = 60_000
/** Messages may tell of their row, so that no two are equal. */
const maxCauses = 10

/** Why rows of a stage were rejected, as far as the log was told within the last minute: a line a cause, not a line a row. */
export class ToldCauses {
  readonly #clock: Clock
  readonly #told = new Set<string>()
  #sinceMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether the log is to be told; from then on it has been. */
  isNew(cause: string): boolean {
    const nowMs = this.#clock.now()
    if (nowMs - this.#sinceMs >= perMs) {
      this.#told.clear()
      this.#sinceMs = nowMs
    }
    if (this.#told.has(cause) || this.#told.size === maxCauses) return false
    this.#told.add(cause)
    return true
  }
}
