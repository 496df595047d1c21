import type { Log } from '@redesmyn/core'
import type { BatchRequests } from './batch-requests.ts'

/** A log whose lines carry the ids of the requests that travel in the batch. */
export function requestLog(log: Log, requests: BatchRequests): Log {
  const withIds = (facts: Readonly<Record<string, unknown>>) => ({ requestIds: requests.ids, ...facts })
  return {
    debug: (facts, message) => log.debug(withIds(facts), message),
    info: (facts, message) => log.info(withIds(facts), message),
    warn: (facts, message) => log.warn(withIds(facts), message),
    error: (facts, message) => log.error(withIds(facts), message),
  }
}
