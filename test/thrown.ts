import { PipelineError } from '@redesmyn/core'

/** The error of the table that a call throws. */
export function thrownBy(run: () => unknown): PipelineError {
  try {
    run()
  } catch (error) {
    if (error instanceof PipelineError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
