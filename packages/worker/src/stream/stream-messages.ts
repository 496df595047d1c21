import type { ErrorData, ReplyHead } from '@redesmyn/core'

/**
 * Characters of events that one stream may have on the way between its handler and its client's socket. A handler
 * that yields more is paused, so this is what a client that does not read costs; one event always fits.
 */
export const windowChars = 64 * 1024

/** What the streams of one thread came to in one turn of its event loop. */
export interface StreamReport {
  readonly batches: readonly StreamedBatch[]
}

/** One use of a slab. */
export interface BatchAddress {
  readonly slab: number
  readonly generation: number
}

export interface StreamedBatch extends BatchAddress {
  readonly parts: readonly StreamPart[]
}

/** Some of one row's stream. */
export interface StreamPart {
  readonly row: number
  /** Events as they are sent to the client, one behind the other; empty where only the end is told. */
  readonly text: string
  readonly eventCount: number
  /** What the handler chose for the answer; with the first events only. */
  readonly head: ReplyHead | undefined
  /** Whether the stream has ended, and with what error. */
  readonly end: 'done' | ErrorData | undefined
}

/** What the thread is told about the streams of a batch that it has begun. */
export interface StreamOrder extends BatchAddress {
  readonly rows: readonly RowOrder[]
}

export type RowOrder =
  /** The client has taken so much. */
  | { readonly row: number; readonly takenChars: number }
  /** Nobody reads this row's stream any more. */
  | { readonly row: number; readonly takenChars: 'cancelled' }

export function isStreamReport(message: object): message is StreamReport {
  return 'batches' in message
}

export function isStreamOrder(message: object): message is StreamOrder {
  return 'rows' in message
}
