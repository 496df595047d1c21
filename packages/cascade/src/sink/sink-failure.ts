import { PipelineError } from '@redesmyn/core'

/** SINK_FAILED for a file, in the words of what was thrown; an error of ours stays as it is. */
export function toSinkFailure(path: string, error: unknown): PipelineError {
  if (error instanceof PipelineError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new PipelineError('SINK_FAILED', `"${path}" cannot be written: ${reason}`, {
    details: { file: path },
    cause: error,
  })
}
