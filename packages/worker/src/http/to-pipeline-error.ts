import { fromErrorData, PipelineError, toErrorData } from '@redesmyn/core'

/** What was thrown, as an error of the table: INTERNAL where it is none of ours. */
export function toPipelineError(thrown: unknown): PipelineError {
  return thrown instanceof PipelineError ? thrown : fromErrorData(toErrorData(thrown, 'INTERNAL'))
}
