import { PipelineError } from '@redesmyn/core'

/** SOURCE_FAILED of a file that cannot be read any further than `offset`. */
export function sourceFailed(path: string, offset: number, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const where = offset === 0 ? '' : ` from byte ${offset} on`
  return new PipelineError('SOURCE_FAILED', `file "${path}" cannot be read${where}: ${reason}`, {
    cause,
    details: { file: path, offset },
  })
}
