import type { PipelineError } from '@redesmyn/core'

/** Ten rows of one batch that end their threads cost fewer until something is answered in between. */
const maxStreak = 24

/** Tells a stage that cannot work from one that was given bad rows: it answers nothing, again and again. */
export class LosingStreak {
  #length = 0

  answered(): void {
    this.#length = 0
  }

  /** A batch ended its thread, or did not end in time. True when that is to be the last. */
  failed({ code }: PipelineError): boolean {
    if (code === 'EXECUTOR_LOST' || code === 'DEADLINE_EXCEEDED') this.#length++
    return this.#length >= maxStreak
  }
}
