import type { Log } from '@redesmyn/core'
import { parseTraceparent } from '../observe/trace/trace-context.ts'
import type { BatchRequests } from './batch-requests.ts'

/** A log whose lines carry the ids of the requests that travel in the batch, and its place in a trace. */
export function requestLog(log: Log, requests: BatchRequests): Log {
  const withIds = (facts: Readonly<Record<string, unknown>>) => {
    const { traceparent } = requests.facts
    const trace = traceparent === undefined ? undefined : parseTraceparent(traceparent)
    return {
      requestIds: requests.ids,
      ...(trace && { traceId: trace.traceId, spanId: trace.spanId }),
      ...facts,
    }
  }
  return {
    debug: (facts, message) => log.debug(withIds(facts), message),
    info: (facts, message) => log.info(withIds(facts), message),
    warn: (facts, message) => log.warn(withIds(facts), message),
    error: (facts, message) => log.error(withIds(facts), message),
  }
}
