import { PipelineError } from '@redesmyn/core'

/**
 * Columns do not suit a model's inputs. Those of a schema are the app's own mistake; those that a request brought to a
 * stage without one are the client's.
 */
export function inputMismatch(batch: object, message: string): PipelineError {
  const isInferred = 'isInferred' in batch && batch.isInferred === true
  return new PipelineError(isInferred ? 'RECORD_INVALID' : 'CONFIG_INVALID', message)
}
