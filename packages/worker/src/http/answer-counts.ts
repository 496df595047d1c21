const leastStatus = 100
const statusCount = 500

export interface StatusCount {
  readonly status: number
  readonly count: number
}

/** How often an endpoint answered with each status: a plain number a status, because every request counts. */
export class AnswerCounts {
  readonly #counts = new Float64Array(statusCount)

  count(status: number): void {
    this.#counts[status - leastStatus]++
  }

  /** Only statuses that occurred. */
  *entries(): Generator<StatusCount> {
    for (let index = 0; index < statusCount; index++) {
      if (this.#counts[index] > 0) yield { status: index + leastStatus, count: this.#counts[index] }
    }
  }
}
