import { PipelineError } from '../errors/pipeline-error.ts'
import { DerivedContext } from './derived-context.ts'
import type { HandlerContext } from './handler-context.ts'
import type { Layer } from './layer.ts'

export interface RetryOptions {
  /** Calls in all. Default 3. */
  readonly attempts?: number
  /** Wait before the second call, doubled before each later one. Default 0. */
  readonly delayMs?: number
  /** Default: all but our own errors that are not retryable, such as a refusal. */
  readonly isRetryable?: (error: unknown) => boolean
}

/** Calls a handler again when it throws, for handlers that may run twice. Rows it rejected stay rejected. */
export function retry(options: RetryOptions = {}): Layer {
  const { attempts = 3, delayMs = 0, isRetryable = isPassing } = options
  return (next) => async (batch, context) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await next(batch, new DerivedContext(context, { attempt }))
      } catch (error) {
        if (attempt >= attempts || context.signal.aborted || !isRetryable(error)) throw error
        await pause(context, delayMs * 2 ** (attempt - 1))
        // Whoever waited for the rows may have left meanwhile.
        if (context.signal.aborted) throw error
      }
    }
  }
}

function isPassing(error: unknown): boolean {
  return !(error instanceof PipelineError) || error.meaning.isRetryable
}

function pause(context: HandlerContext<unknown>, delayMs: number): Promise<void> {
  const { clock, signal } = context
  if (delayMs === 0) return Promise.resolve()
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, finish)
    signal.addEventListener('abort', finish, { once: true })
    function finish(): void {
      cancel()
      signal.removeEventListener('abort', finish)
      resolve()
    }
  })
}
