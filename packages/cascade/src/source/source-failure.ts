import { PipelineError } from '@redesmyn/core'
import { inputName } from './input/stdin-path.ts'

/** SOURCE_FAILED for an input, with what was expected of it. */
export function sourceFailure(path: string, reason: string, cause?: unknown): PipelineError {
  return new PipelineError('SOURCE_FAILED', `${inputName(path)} cannot be read: ${reason}`, {
    details: { file: path },
    cause,
  })
}

/** What was thrown while an input was read, as SOURCE_FAILED naming it; what names its fault already stays as it is. */
export function toSourceFailure(path: string, error: unknown): unknown {
  if (error instanceof PipelineError && error.code !== 'BODY_MALFORMED' && error.code !== 'BODY_TOO_LARGE') return error
  return sourceFailure(path, error instanceof Error ? error.message : String(error), error)
}
