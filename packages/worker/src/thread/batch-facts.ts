import type { TextEncoder } from 'node:util'
import type { FormedBatch } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import { requestIdText } from '../observe/request-ids.ts'
import { batchTraceparent } from '../observe/trace/tracer.ts'
import type { BatchFacts } from './protocol.ts'
import type { SlabView } from './slab-view.ts'

/** Leaves in the slab whose the rows are. Returns what had no room there and must go in a note. */
export function writeBatchFacts(batch: FormedBatch<Slab>, encoder: TextEncoder): string | undefined {
  if (writeRequestNumbers(batch)) return undefined
  const text = factsText(batch)
  return batch.room.writeFacts(text, encoder) ? undefined : text
}

/** Whose the rows are, for those who do not see the slab. */
export function factsText(batch: FormedBatch): string {
  return JSON.stringify(factsOf(batch))
}

/** What the main thread left for this batch; `note` is what had no room in the slab. */
export function readBatchFacts(view: SlabView, note: string | undefined, requestIdSuffix: string): BatchFacts {
  if (note !== undefined) return JSON.parse(note)
  if (view.header.factsBytes > 0) return JSON.parse(view.readFacts())
  const numbers = view.requestNumbers(view.header.rowCount)
  return { ids: Array.from(numbers, (requestNumber) => requestIdText(requestNumber, requestIdSuffix)).join('\n') }
}

/**
 * Requests of one record whose clients said nothing about them need no text: their numbers say it all. Most are so,
 * and this is a tenth of the cost.
 */
function writeRequestNumbers({ room, group, spans }: FormedBatch<Slab>): boolean {
  const { requestNumbers, header } = room
  if (spans.length > requestNumbers.length || group.model !== undefined) return false
  if (group.attempt !== undefined || hasOwnKeys(group.params)) return false
  for (let i = 0; i < spans.length; i++) {
    const { waiter, rowCount } = spans[i]
    if (rowCount !== 1 || waiter.clientRequestId !== '' || waiter.query !== '') return false
    if (waiter.traceparent || waiter.headers) return false
    requestNumbers[i] = waiter.requestNumber
  }
  header.factsBytes = 0
  return true
}

function factsOf(batch: FormedBatch): BatchFacts {
  const { group, spans } = batch
  const hasQuery = spans.some(({ waiter }) => waiter.query !== '')
  const isOneRowEach = spans.every(({ rowCount }) => rowCount === 1)
  return {
    ids: spans.map(({ waiter }) => waiter.requestId).join('\n'),
    ...(hasQuery && { queries: spans.map(({ waiter }) => waiter.query).join('\n') }),
    ...headerFacts(spans),
    ...(!isOneRowEach && { rowCounts: spans.map((span) => span.rowCount) }),
    ...(hasOwnKeys(group.params) && { params: group.params }),
    ...(group.model !== undefined && { model: group.model }),
    ...(group.attempt !== undefined && { attempt: group.attempt }),
    ...(spans.some(({ waiter }) => waiter.traceparent) && traceFacts(batch)),
  }
}

/** A batch that was taken back keeps its place in the trace. */
function traceFacts(batch: FormedBatch): Pick<BatchFacts, 'traceparent' | 'traceparents'> {
  const traceparents = batch.spans.map(({ waiter }) => waiter.traceparent ?? '')
  batch.traceparent ??= batchTraceparent(traceparents)
  return { traceparents: traceparents.join('\n'), ...(batch.traceparent && { traceparent: batch.traceparent }) }
}

/** Nothing, or the values of every header that some request brought, in the order of the requests. */
function headerFacts(spans: FormedBatch['spans']): Pick<BatchFacts, 'headers'> {
  const names = new Set(
    spans.flatMap(({ waiter }) => (waiter.headers === undefined ? [] : Object.keys(waiter.headers))),
  )
  if (names.size === 0) return {}
  const valuesOf = (name: string): string => spans.map(({ waiter }) => waiter.headers?.[name] ?? '').join('\n')
  return { headers: Object.fromEntries(Array.from(names, (name) => [name, valuesOf(name)])) }
}

function hasOwnKeys(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return true
  return false
}
