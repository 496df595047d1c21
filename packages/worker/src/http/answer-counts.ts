const leastStatus = 100
const statusCount = 500

export interface StatusCount {
  readonly status: number
  readonly count: number
}

/** How often an endpoint answered with each status: a plain number a status, because every request counts. */
export class AnswerCounts {
  readonly #counts = new Float64Array(statusCount)
  #received = 0
  #answered = 0

  /** A request that will be counted again when it is answered. */
  receive(): void {
    this.#received++
  }

  /** Requests that were received and not answered yet. */
  get inFlight(): number {
    return this.#received - this.#answered
  }

  count(status: number): void {
    this.#answered++
    this.#counts[status - leastStatus]++
  }

  /** Only statuses that occurred. */
  *entries(): Generator<StatusCount> {
    for (let index = 0; index < statusCount; index++) {
      if (this.#counts[index] > 0) yield { status: index + leastStatus, count: this.#counts[index] }
    }
  }
}
