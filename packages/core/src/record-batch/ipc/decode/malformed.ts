import { PipelineError } from '../../../errors/pipeline-error.ts'

/** The one error for bytes that are not an Arrow stream. */
export function malformed(reason: string): PipelineError {
  return new PipelineError('BODY_MALFORMED', `the body is not a valid Arrow stream: ${reason}`)
}

/** For streams that are valid, but hold what no column here can. */
export function unsupported(what: string): PipelineError {
  return new PipelineError('BODY_MALFORMED', `the Arrow stream holds ${what}, which is not supported`)
}
