import { PipelineError } from '../../../errors/pipeline-error.ts'

/** The one error for bytes that are not an Arrow stream. */
export function malformed(reason: string): PipelineError {
  return new PipelineError('BODY_MALFORMED', `the body is not a valid Arrow stream: ${reason}`)
}

/** For streams that are valid, but hold what no column here can; `remedy` says what its writer can do about it. */
export function unsupported(what: string, remedy?: string): PipelineError {
  const step = remedy === undefined ? '' : `: ${remedy}`
  return new PipelineError('BODY_MALFORMED', `the Arrow stream holds ${what}, which is not supported${step}`)
}

/** What `decode` gives; whatever it throws that is no error of ours says that the bytes are malformed. */
export function guardDecoding<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (error instanceof PipelineError) throw error
    throw new PipelineError('BODY_MALFORMED', 'the body is not a valid Arrow stream', { cause: error })
  }
}
