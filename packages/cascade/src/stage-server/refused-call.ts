import { type ErrorCode, PipelineError } from '@redesmyn/core'

/** That a call was refused before anything of it ran, so that it may be made again whatever the stage's effects are. */
export function refusedCall(
  code: ErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> & { readonly stage: string },
): PipelineError {
  return new PipelineError(code, message, { details: { ...details, notExecuted: true } })
}

/** The same of an error that was found before anything ran. */
export function withNotExecuted(thrown: unknown, stage: string): unknown {
  if (!(thrown instanceof PipelineError)) return thrown
  const { code, message, details, cause } = thrown
  return new PipelineError(code, message, { details: { ...details, stage, notExecuted: true }, cause })
}
