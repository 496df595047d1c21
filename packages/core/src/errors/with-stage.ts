import { PipelineError } from './pipeline-error.ts'

/** The same error with the stage it comes from among its details, unless they name one. */
export function withStage(error: PipelineError, stage: string): PipelineError {
  if ('stage' in error.details) return error
  const { code, message, details, cause } = error
  return new PipelineError(code, message, { details: { ...details, stage }, cause })
}
