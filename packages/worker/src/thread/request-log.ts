import type { Log } from '@redesmyn/core'
import { parseTraceparent } from '../observe/trace/trace-context.ts'
import type { BatchRequests } from './batch-requests.ts'

type Facts = Readonly<Record<string, unknown>>

/** A log whose lines say whose rows travel in the batch: those of which requests, of which part of a run, or of which
 * call of a stage elsewhere. */
export function requestLog(log: Log, stage: string, requests: BatchRequests): Log {
  const told = (facts: Facts): Facts => ({ stage, ...whose(requests), ...facts })
  return {
    debug: (facts, message) => log.debug(told(facts), message),
    info: (facts, message) => log.info(told(facts), message),
    warn: (facts, message) => log.warn(told(facts), message),
    error: (facts, message) => log.error(told(facts), message),
  }
}

function whose({ ids, facts: { traceparent, attempt }, params }: BatchRequests): Facts {
  if (attempt?.part !== undefined) {
    // The trace is the run's, which every line of its threads carries.
    const { number, idempotencyKey, part } = attempt
    return { part, partition: params, attempt: number, batch: idempotencyKey }
  }
  const trace = traceparent === undefined ? undefined : parseTraceparent(traceparent)
  const whole = { requestIds: ids, ...(trace && { traceId: trace.traceId, spanId: trace.spanId }) }
  return attempt === undefined ? whole : { ...whole, attempt: attempt.number, partition: params }
}
