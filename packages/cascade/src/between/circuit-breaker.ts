import type { Clock } from '@redesmyn/core'

export interface BreakerOptions {
  /** Failures one after the other that open it. */
  readonly failures: number
  /** How long it stays open before one call may try again, in milliseconds. */
  readonly openMs: number
}

export type BreakerState = 'closed' | 'open' | 'half-open'

/** What came of a call: `undecided` says nothing of the instance, as when the caller gave it up. */
export type Verdict = 'succeeded' | 'failed' | 'undecided'

/** One call that was let through. */
export interface Passage {
  /** To be called once. */
  end(verdict: Verdict): void
}

type Position =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly untilMs: number }
  | { readonly state: 'probing'; readonly probe: Passage }

/** Keeps calls from an instance that fails: none for a while, then one that decides whether it is closed again. */
export class CircuitBreaker {
  readonly #clock: Clock
  readonly #options: BreakerOptions
  #position: Position = closed

  constructor(clock: Clock, options: BreakerOptions) {
    this.#clock = clock
    this.#options = options
  }

  get state(): BreakerState {
    const { state } = this.#position
    return state === 'probing' || (state === 'open' && this.opensInMs === 0) ? 'half-open' : state
  }

  /** Milliseconds until it lets a call through: 0 where it does now, `Infinity` while the one that decides is on its way. */
  get opensInMs(): number {
    const position = this.#position
    if (position.state === 'closed') return 0
    return position.state === 'open' ? Math.max(0, position.untilMs - this.#clock.now()) : Number.POSITIVE_INFINITY
  }

  /** To be called only where `opensInMs` is 0. */
  begin(): Passage {
    const passage: Passage = { end: (verdict) => this.#end(passage, verdict) }
    if (this.#position.state === 'open') this.#position = { state: 'probing', probe: passage }
    return passage
  }

  /** Opens at once: the instance says itself that it takes no calls. */
  open(): void {
    this.#position = { state: 'open', untilMs: this.#clock.now() + this.#options.openMs }
  }

  #end(passage: Passage, verdict: Verdict): void {
    const position = this.#position
    if (position.state === 'closed') this.#count(position.failures, verdict)
    // Calls that began before it opened say nothing new.
    else if (position.state === 'probing' && position.probe === passage) this.#decide(verdict)
  }

  #count(failures: number, verdict: Verdict): void {
    if (verdict === 'succeeded') this.#position = closed
    if (verdict !== 'failed') return
    if (failures + 1 >= this.#options.failures) this.open()
    else this.#position = { state: 'closed', failures: failures + 1 }
  }

  #decide(verdict: Verdict): void {
    if (verdict === 'succeeded') this.#position = closed
    else if (verdict === 'failed') this.open()
    // Nobody knows yet: the next call decides.
    else this.#position = { state: 'open', untilMs: this.#clock.now() }
  }
}

const closed: Position = Object.freeze({ state: 'closed', failures: 0 })
