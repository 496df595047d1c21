import type { HandlerContext, NoModel } from './handler-context.ts'

/**
 * The context of a handler that yields events. `signal` aborts when nobody reads any of the batch's streams any more;
 * `deadlineMs` is what was left until the first event; `reply` counts until a row's first event; `reject` ends a row's
 * stream with an error, which is the answer itself where no event was yielded for the row before.
 */
export interface StreamContext<M = NoModel> extends HandlerContext<M> {
  /** False once the row's stream has ended: the handler ended it, its client has gone, or its time is over. */
  isOpen(row: number): boolean
  /** Ends the stream of one row; those of the others go on. What is yielded for the row afterwards is dropped. */
  end(row: number): void
  /** Aborts when the row's stream has ended before the handler ended it. */
  signalOf(row: number): AbortSignal
}
