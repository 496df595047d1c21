import type { BatchOutcome, PipelineError, Span } from '@redesmyn/core'
import type { Answer } from './answer.ts'
import type { OnInvalid } from './record-reader.ts'
import { RowFailures } from './row-failures.ts'

export interface JsonAnswerParts {
  /** Rows that were submitted. */
  readonly rowCount: number
  /** Rows of the request that were not, ascending. */
  readonly nullRows: readonly number[] | undefined
  readonly onInvalid: OnInvalid
}

/** The answer to an array: `{"id":…,"predictions":[…]}`, the i-th for the i-th record. */
export class JsonAnswer implements Answer {
  readonly contentType = 'application/json'
  readonly #parts: JsonAnswerParts
  readonly #predictions: string[]
  readonly #failures = new RowFailures()
  #openRows: number

  constructor(parts: JsonAnswerParts) {
    this.#parts = parts
    this.#predictions = new Array<string>(parts.rowCount)
    this.#openRows = parts.rowCount
  }

  get error(): PipelineError | undefined {
    return this.#failures.error
  }

  take(outcome: BatchOutcome, span: Span): boolean {
    const { start, rowCount, firstRow } = span
    const isLenient = this.#parts.onInvalid === 'null'
    for (let offset = 0; offset < rowCount; offset++) {
      const error = outcome.errorOf(start + offset)
      if (error !== undefined && !isLenient) this.#failures.add(firstRow + offset, error)
      this.#predictions[firstRow + offset] = error === undefined ? outcome.jsonPrediction(start + offset) : 'null'
    }
    this.#openRows -= rowCount
    return this.#openRows === 0
  }

  body(requestId: string): string {
    return `{"id":${JSON.stringify(requestId)},"predictions":[${this.#inRequestOrder().join(',')}]}`
  }

  #inRequestOrder(): readonly string[] {
    const { nullRows } = this.#parts
    if (nullRows === undefined) return this.#predictions
    const isNull = new Set(nullRows)
    let next = 0
    return Array.from({ length: this.#predictions.length + nullRows.length }, (_, row) => {
      return isNull.has(row) ? 'null' : this.#predictions[next++]
    })
  }
}
