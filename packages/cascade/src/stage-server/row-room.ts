import { refusedCall } from './refused-call.ts'

/** Room for the rows of calls that run. */
export class RowRoom {
  readonly #maxRows: number
  readonly #retryAfterMs: () => number
  #usedRows = 0

  constructor(maxRows: number, retryAfterMs: () => number) {
    this.#maxRows = maxRows
    this.#retryAfterMs = retryAfterMs
  }

  /** Takes the room and answers how it is given back. Throws BODY_TOO_LARGE or QUEUE_FULL. */
  take(stage: string, rows: number): () => void {
    if (rows > this.#maxRows) {
      const message = `a call has ${rows} rows, expected at most ${this.#maxRows}`
      throw refusedCall('BODY_TOO_LARGE', message, { stage, maxRows: this.#maxRows })
    }
    if (this.#usedRows + rows > this.#maxRows) {
      const message = `${this.#usedRows} rows are in flight already, there is no room for ${rows} more`
      throw refusedCall('QUEUE_FULL', message, { stage, retryAfterMs: this.#retryAfterMs() })
    }
    this.#usedRows += rows
    return () => {
      this.#usedRows -= rows
    }
  }
}
