import { PipelineError } from '@redesmyn/core'
import type { Exchange } from './exchange.ts'
import { headerNames } from './header-text.ts'
import type { ServingContext } from './serving-context.ts'

/** Times are kept apart by their first six binary digits: each distinct one costs a timer (core/queue/deadlines.ts). */
const keptSteps = 32

/** The time of a request: the endpoint's, or less where the endpoint lets clients say so. */
export function timeoutOf({ clientDeadline, requestTimeoutMs }: ServingContext, exchange: Exchange): number {
  return clientDeadline ? readDeadline(exchange.header(headerNames.deadline), requestTimeoutMs) : requestTimeoutMs
}

/**
 * The time of a request whose client says in `cascade-deadline-ms` how many milliseconds it has left: that, up to 3 %
 * less, or `maxMs` where that is sooner or nothing is said. Throws PARAMETER_INVALID, and DEADLINE_EXCEEDED for 0.
 */
export function readDeadline(header: string, maxMs: number): number {
  if (header === '') return maxMs
  if (!/^\d{1,15}(\.\d{1,9})?$/.test(header)) {
    const message = `the header cascade-deadline-ms must be a number of milliseconds >= 0, got "${header}"`
    throw new PipelineError('PARAMETER_INVALID', message)
  }
  const leftMs = Math.floor(Number(header))
  if (leftMs >= maxMs) return maxMs
  if (leftMs < 1) throw new PipelineError('DEADLINE_EXCEEDED', 'inference timeout', { details: { timeoutMs: leftMs } })
  const step = 2 ** Math.max(0, Math.floor(Math.log2(leftMs / keptSteps)))
  return leftMs - (leftMs % step)
}
