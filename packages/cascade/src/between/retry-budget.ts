export interface RetryBudgetOptions {
  /** Retries that a call pays for: 0.1 is one for each ten calls. */
  readonly ratio: number
  /** Retries that are there before any call has paid, so that the first failures of a quiet edge are retried too. */
  readonly floor: number
}

/** Counted in thousandths, because ten tenths of a float are not one. */
const whole = 1000
/** What quiet times may save up, in floors: it does for the calls that a restart fails at once, not for an outage. */
const maxSaved = 10

/**
 * Keeps retries a small part of all calls: where a stage fails for all, trying again only adds to what it fails under. Calls
 * are never more than `1 + ratio` times first attempts, and the floor.
 */
export class RetryBudget {
  readonly #payment: number
  readonly #most: number
  #saved: number

  constructor({ ratio, floor }: RetryBudgetOptions) {
    this.#payment = Math.round(ratio * whole)
    this.#saved = floor * whole
    this.#most = Math.max(1, floor) * maxSaved * whole
  }

  /** For the first attempt of a call. */
  pay(): void {
    this.#saved = Math.min(this.#most, this.#saved + this.#payment)
  }

  /** False where there is nothing left for a retry. */
  takeRetry(): boolean {
    if (this.#saved < whole) return false
    this.#saved -= whole
    return true
  }
}
