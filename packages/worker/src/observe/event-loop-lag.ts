import type { Cancel, Clock } from '@redesmyn/core'
import { LogHistogram } from './log-histogram.ts'

/** Seldom enough that an idle server is not awake for it. */
const intervalMs = 200

/** Samples how late the main thread is: what a timer waits beyond its time, a request that arrives then waits too. */
export class EventLoopLag {
  readonly lagMs = new LogHistogram()
  readonly #clock: Clock
  #cancel: Cancel | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  start(): void {
    const dueAtMs = this.#clock.now() + intervalMs
    this.#cancel = this.#clock.after(intervalMs, () => {
      this.lagMs.add(Math.max(0, this.#clock.now() - dueAtMs))
      this.start()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
