const remembered = 15

/** The median of the last handler times, in milliseconds. */
export class ServiceTimes {
  readonly #times = new Float64Array(remembered)
  readonly #sorted = new Float64Array(remembered)
  #count = 0
  #medianMs = Number.POSITIVE_INFINITY

  /** Infinity until the first batch: an unknown handler is treated as a slow one. */
  get medianMs(): number {
    return this.#medianMs
  }

  add(handlerMs: number): void {
    this.#times[this.#count % remembered] = handlerMs
    this.#count++
    const known = Math.min(this.#count, remembered)
    this.#sorted.set(this.#times)
    this.#medianMs = this.#sorted.subarray(0, known).sort()[known >> 1]
  }
}
