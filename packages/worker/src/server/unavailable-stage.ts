import { PipelineError, type Ticket } from '@redesmyn/core'
import type { StagePort } from '../pipeline/stage-port.ts'

/** Stands for a stage that did not start: its endpoints answer 503, and why is in the log. */
export class UnavailableStage implements StagePort {
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  submit(): Ticket {
    throw new PipelineError('NOT_EXECUTED', `the stage "${this.#name}" did not start`, {
      details: { stage: this.#name },
    })
  }

  cancel(): void {}
}
