import { PipelineError } from '@redesmyn/core'
import { inputName, stdinPath } from './stdin-path.ts'

/** SOURCE_FAILED of a file that cannot be read any further than `offset`. */
export function sourceFailed(path: string, offset: number, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const where = offset === 0 ? '' : ` from byte ${offset} on`
  const what = path === stdinPath ? inputName(path) : `file ${inputName(path)}`
  return new PipelineError('SOURCE_FAILED', `${what} cannot be read${where}: ${reason}`, {
    cause,
    details: { file: path, offset },
  })
}
