import type { Cancel, Clock } from '@redesmyn/core'

/** Something that expires unless it leaves in time. The list's own fields live in it, so joining allocates nothing. */
export interface DeadlineEntry {
  /** Ticks until it expires; 0 while it is in no list. The list writes it, as it does the next two. */
  ticksLeft: number
  earlier: DeadlineEntry | undefined
  later: DeadlineEntry | undefined
  expire(): void
}

const tickMs = 50

/**
 * Deadlines that are nearly never reached: one timer for all of them, none when the list is empty, and no clock is
 * read on joining. The price is precision: an entry expires never early, and up to 100 ms late.
 */
export class DeadlineList {
  readonly #clock: Clock
  #first: DeadlineEntry | undefined
  #last: DeadlineEntry | undefined
  #cancelTick: Cancel | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(entry: DeadlineEntry, timeoutMs: number): void {
    // The first tick may be anywhere between now and one tick away, so it does not count.
    entry.ticksLeft = Math.ceil(timeoutMs / tickMs) + 1
    entry.earlier = this.#last
    entry.later = undefined
    if (this.#last === undefined) this.#first = entry
    else this.#last.later = entry
    this.#last = entry
    if (this.#cancelTick === undefined) this.#arm()
  }

  /** Does nothing when the entry has expired or was removed before. */
  remove(entry: DeadlineEntry): void {
    if (entry.ticksLeft === 0) return
    const { earlier, later } = entry
    if (earlier === undefined) this.#first = later
    else earlier.later = later
    if (later === undefined) this.#last = earlier
    else later.earlier = earlier
    entry.ticksLeft = 0
    entry.earlier = undefined
    entry.later = undefined
  }

  /** Drops the timer; entries that are still listed never expire. */
  stop(): void {
    this.#cancelTick?.()
    this.#cancelTick = undefined
  }

  #arm(): void {
    this.#cancelTick = this.#clock.after(tickMs, () => {
      this.#cancelTick = undefined
      this.#tick()
      if (this.#first !== undefined && this.#cancelTick === undefined) this.#arm()
    })
  }

  #tick(): void {
    const due: DeadlineEntry[] = []
    for (let entry = this.#first; entry !== undefined; entry = entry.later) {
      if (entry.ticksLeft === 1) due.push(entry)
      else entry.ticksLeft--
    }
    for (const entry of due) {
      // An entry that expired before this one may have removed it.
      if (entry.ticksLeft === 0) continue
      this.remove(entry)
      entry.expire()
    }
  }
}
