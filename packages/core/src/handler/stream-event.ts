import { PipelineError } from '../errors/pipeline-error.ts'
import type { EventDataOf, EventSchema } from '../schema/event-schema.ts'

/** One event of a stream. */
export interface StreamEvent<E extends EventSchema = EventSchema> {
  readonly data: EventDataOf<E>
  /** The event's type for clients that tell types apart; one line. Default: none, which they call `message`. */
  readonly event?: string
  /** The event's id, for clients that resume; one line. */
  readonly id?: string
}

/** One event of the stream of one row. */
export interface RowEvent<E extends EventSchema = EventSchema> extends StreamEvent<E> {
  /** The row's number in the batch, from 0. */
  readonly row: number
}

/** An event whose data nobody has looked at yet. */
export interface AnyEvent {
  readonly data: unknown
  readonly event?: string | undefined
  readonly id?: string | undefined
}

/** Throws HANDLER_ERROR for a value that is no event: what a handler passes on from elsewhere the compiler cannot see. */
export function assertEvent(value: unknown): AnyEvent {
  if (isEvent(value)) return value
  throw new PipelineError('HANDLER_ERROR', 'an event is { data } with one line each as event and id, or without them')
}

/** The row that an event names. Throws HANDLER_ERROR where the batch has no such row. */
export function rowOfEvent(value: unknown, rowCount: number): number {
  const row = typeof value === 'object' && value !== null && 'row' in value ? value.row : undefined
  if (typeof row === 'number' && Number.isInteger(row) && row >= 0 && row < rowCount) return row
  throw new PipelineError('HANDLER_ERROR', `an event names its row, 0 to ${rowCount - 1}, got ${String(row)}`)
}

function isEvent(value: unknown): value is AnyEvent {
  if (typeof value !== 'object' || value === null || !('data' in value)) return false
  return isLine('event' in value ? value.event : undefined) && isLine('id' in value ? value.id : undefined)
}

function isLine(text: unknown): boolean {
  return text === undefined || (typeof text === 'string' && !/[\r\n\0]/.test(text))
}
