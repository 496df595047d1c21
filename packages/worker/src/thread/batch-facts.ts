import type { FormedBatch } from '@redesmyn/core'
import type { BatchFacts } from './protocol.ts'

/** The facts of a batch as the JSON text that goes into its slab. */
export function writeBatchFacts(batch: FormedBatch): string {
  const { group, spans } = batch
  let ids = ''
  let queries = ''
  let hasQuery = false
  let isOneRowEach = true
  for (let i = 0; i < spans.length; i++) {
    const { waiter, rowCount } = spans[i]
    ids += i === 0 ? waiter.requestId : `\n${waiter.requestId}`
    queries += i === 0 ? waiter.query : `\n${waiter.query}`
    hasQuery ||= waiter.query !== ''
    isOneRowEach &&= rowCount === 1
  }
  const facts: BatchFacts = {
    ids,
    ...(hasQuery && { queries }),
    ...(!isOneRowEach && { rowCounts: spans.map((span) => span.rowCount) }),
    ...(hasOwnKeys(group.params) && { params: group.params }),
    ...(group.model !== undefined && { model: group.model }),
  }
  return JSON.stringify(facts)
}

export function readBatchFacts(text: string): BatchFacts {
  return JSON.parse(text)
}

function hasOwnKeys(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return true
  return false
}
