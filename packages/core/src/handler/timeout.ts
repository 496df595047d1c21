import { PipelineError } from '../errors/pipeline-error.ts'
import { DerivedContext } from './derived-context.ts'
import type { Layer } from './layer.ts'

/** Fails the batch with DEADLINE_EXCEEDED, and aborts the inner signal, when a call takes longer than `limitMs`. */
export function timeout(limitMs: number): Layer {
  return (next) => async (batch, context) => {
    const stop = new AbortController()
    const signal = AbortSignal.any([context.signal, stop.signal])
    let cancel: (() => void) | undefined
    const late = new Promise<never>((_, reject) => {
      cancel = context.clock.after(limitMs, () => {
        const error = new PipelineError('DEADLINE_EXCEEDED', `stage "${context.stage}" took longer than ${limitMs} ms`)
        stop.abort(error)
        reject(error)
      })
    })
    try {
      return await Promise.race([next(batch, new DerivedContext(context, { signal })), late])
    } finally {
      cancel?.()
    }
  }
}
