import { PipelineError } from '../errors/pipeline-error.ts'
import type { Layer } from './layer.ts'

/** Refuses a batch with QUEUE_FULL while `maxCalls` calls of this thread are still running. */
export function loadShed(maxCalls: number): Layer {
  return (next) => {
    let running = 0
    return async (batch, context) => {
      if (running >= maxCalls)
        throw new PipelineError('QUEUE_FULL', `${maxCalls} calls of stage "${context.stage}" are running`)
      running++
      try {
        return await next(batch, context)
      } finally {
        running--
      }
    }
  }
}
