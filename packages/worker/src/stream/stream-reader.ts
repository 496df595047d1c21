import type { ReplyHead, Waiter } from '@redesmyn/core'

/** A waiter whose answer comes as events; it hears of failures through `fail`, as any. */
export interface StreamWaiter extends Waiter {
  /** Itself, or whoever it stands for. */
  readonly stream: StreamReader | undefined
}

/** Whoever reads the stream of one row. */
export interface StreamReader {
  /** Events as they are sent to the client. What the client has taken is to be said to the flow, sooner or later. */
  onEvents(text: string, flow: StreamFlow): void
  /** Status and headers that the handler chose; before the first event. */
  onHead(head: ReplyHead): void
  /** The stream has ended well, with these events as its last; none where the text is empty. */
  onEnd(text: string): void
}

/** What keeps a handler from getting ahead of its client. */
export interface StreamFlow {
  taken(chars: number): void
}

/** The reader behind a waiter of a streaming stage. */
export function streamReaderOf(waiter: Waiter): StreamReader | undefined {
  return isStreamWaiter(waiter) ? waiter.stream : undefined
}

function isStreamWaiter(waiter: Waiter): waiter is StreamWaiter {
  return 'stream' in waiter
}
