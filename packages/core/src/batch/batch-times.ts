/** When a batch was where, in monotonic milliseconds: what a request's time is divided by. */
export interface BatchTimes {
  /** It was given to a slot. */
  readonly sentAtMs: number
  /** How long the handler took. */
  readonly handlerMs: number
  /** The first of its answers began to be written. */
  readonly backAtMs: number
  /** The answer of the waiter that is told was written. */
  answeredAtMs: number
}
