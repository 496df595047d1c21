import { PipelineError } from '../errors/pipeline-error.ts'

/** What yields events, at once or over time. */
export type EventSource<Event> = AsyncIterable<Event> | Iterable<Event>

/** Steps of a source, promised or not. */
export type EventIterator<Event> = AsyncIterator<Event, unknown> | Iterator<Event, unknown>

export function iteratorOf<Event>(source: EventSource<Event>): EventIterator<Event> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}

/** Throws HANDLER_ERROR for what yields nothing. */
export function assertSource(source: unknown, stage: string): EventSource<unknown> {
  if (isSource(source)) return source
  throw new PipelineError('HANDLER_ERROR', `the handler of stage "${stage}" must yield events, got ${typeof source}`)
}

function isSource(source: unknown): source is EventSource<unknown> {
  return typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source)
}
