import { type BatchOutcome, PipelineError, type RecordBatch, type ReplyHead } from '@redesmyn/core'

/** An outcome of one stage of a pipeline: its errors say of which. */
export class StagedOutcome implements BatchOutcome {
  readonly #outcome: BatchOutcome
  readonly #stage: string

  constructor(outcome: BatchOutcome, stage: string) {
    this.#outcome = outcome
    this.#stage = stage
  }

  get output(): RecordBatch {
    return this.#outcome.output
  }

  json(row: number): string {
    return this.#outcome.json(row)
  }

  jsonPrediction(row: number): string {
    return this.#outcome.jsonPrediction(row)
  }

  errorOf(row: number): PipelineError | undefined {
    const error = this.#outcome.errorOf(row)
    return error && withStage(error, this.#stage)
  }

  replyHeadOf(row: number): ReplyHead | undefined {
    return this.#outcome.replyHeadOf(row)
  }
}

/** The same error with the stage it comes from among its details, unless they name one. */
export function withStage(error: PipelineError, stage: string): PipelineError {
  if ('stage' in error.details) return error
  const { code, message, details, cause } = error
  return new PipelineError(code, message, { details: { ...details, stage }, cause })
}
