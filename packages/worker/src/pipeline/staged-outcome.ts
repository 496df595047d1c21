import { type BatchOutcome, type PipelineError, type RecordBatch, type ReplyHead, withStage } from '@redesmyn/core'

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
