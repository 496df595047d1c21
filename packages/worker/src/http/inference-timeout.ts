import { PipelineError } from '@redesmyn/core'

/** The answer to a request whose time was over before it came to a stage. */
export function inferenceTimeout(timeoutMs: number): PipelineError {
  return new PipelineError('DEADLINE_EXCEEDED', 'inference timeout', { details: { timeoutMs } })
}
