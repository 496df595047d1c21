import { PipelineError } from '@redesmyn/core'
import { maxIssues, publicMessage } from './error-reply.ts'

interface RowFailure {
  readonly row: number
  readonly error: PipelineError
}

/** The rows of one request that came back with an error each. */
export class RowFailures {
  readonly #failures: RowFailure[] = []

  add(row: number, error: PipelineError): void {
    this.#failures.push({ row, error })
  }

  /** The error of the first such row, with all of them in `details.issues`; `undefined` where every row succeeded. */
  get error(): PipelineError | undefined {
    if (this.#failures.length === 0) return undefined
    const sorted = this.#failures.toSorted((one, other) => one.row - other.row)
    const [{ row, error }] = sorted
    const rest = sorted.length > 1 ? ` (and ${sorted.length - 1} more)` : ''
    const issues = sorted.slice(0, maxIssues).map(describeFailure)
    return new PipelineError(error.code, `record ${row}: ${error.message}${rest}`, {
      details: { ...error.details, issues },
      cause: error,
    })
  }
}

function describeFailure({ row, error }: RowFailure) {
  return { row, pointer: '', rule: error.code, message: publicMessage(error) }
}
