import { PipelineError } from '@redesmyn/core'
import { formatNumberOf } from '../progress/figures.ts'

/** What a run may reject before it stops: rows, or a share of those it reads. */
export interface RejectLimit {
  readonly maxRows: number
  readonly maxRatio: number
}

/** Counts the rejects of all parts against the limit, so that a run that goes wrong stops early. */
export class RejectBudget {
  readonly #limit: RejectLimit
  /** Rows of the whole input; undefined where only reading tells: then a share is told at the end. */
  readonly #totalRows: number | undefined
  #rejected: number

  constructor(limit: RejectLimit, totalRows: number | undefined, alreadyRejected: number) {
    this.#limit = limit
    this.#totalRows = totalRows
    this.#rejected = alreadyRejected
  }

  /** Throws REJECTS_EXCEEDED. */
  add(rows: number): void {
    this.#rejected += rows
    const { maxRows, maxRatio } = this.#limit
    if (this.#rejected > maxRows) throw exceeded(this.#rejected, formatNumberOf(maxRows, 'row'))
    if (this.#totalRows !== undefined) this.assertRatio(this.#totalRows, maxRatio)
  }

  /** Once all rows were read. Throws REJECTS_EXCEEDED. */
  assertRatio(rows: number, maxRatio: number = this.#limit.maxRatio): void {
    if (this.#rejected > rows * maxRatio)
      throw exceeded(this.#rejected, `${maxRatio * 100} % of ${formatNumberOf(rows, 'row')}`)
  }
}

function exceeded(rejected: number, limit: string): PipelineError {
  const message = `${formatNumberOf(rejected, 'row')} rejected, expected at most ${limit}; committed parts stay, and so do their rejects`
  return new PipelineError('REJECTS_EXCEEDED', message, { details: { rejected } })
}
