import type { ModelRef } from '../batch/batch-group.ts'
import type { PipelineError } from '../errors/pipeline-error.ts'
import { modelId } from './model-id.ts'

const firstRetryMs = 500
const longestRetryMs = 30_000
/** Failed versions that are remembered; what falls out is simply tried again. */
const maxFailures = 1024

interface LoadFailure {
  readonly error: PipelineError
  readonly retryMs: number
  readonly retryAtMs: number
}

/**
 * Models that could not be loaded, each with the time before which it is not tried again; it doubles every time.
 * Another version of the same file may well be loadable, and counts by itself.
 */
export class LoadFailures {
  readonly #failures = new Map<string, LoadFailure>()

  /** Why the model is not to be tried now, or undefined. */
  refusal(model: ModelRef, nowMs: number): PipelineError | undefined {
    const failure = this.#failures.get(modelId(model))
    return failure !== undefined && nowMs < failure.retryAtMs ? failure.error : undefined
  }

  /** When it may be tried again; undefined where it did not fail. */
  retryAtMs(model: ModelRef): number | undefined {
    return this.#failures.get(modelId(model))?.retryAtMs
  }

  add(model: ModelRef, error: PipelineError, nowMs: number): void {
    const before = this.#failures.get(modelId(model))
    const retryMs = before === undefined ? firstRetryMs : Math.min(before.retryMs * 2, longestRetryMs)
    this.#failures.set(modelId(model), { error, retryMs, retryAtMs: nowMs + retryMs })
    if (this.#failures.size <= maxFailures) return
    const [oldest] = this.#failures.keys()
    this.#failures.delete(oldest)
  }

  delete(model: ModelRef): void {
    this.#failures.delete(modelId(model))
  }
}
