import type { Clock, InstanceStats } from '@redesmyn/core'
import type { Contract } from '../handoff/contract.ts'
import { untilAborted } from '../handoff/until-aborted.ts'
import { type BreakerOptions, CircuitBreaker } from './circuit-breaker.ts'
import type { Instance } from './instance.ts'

/** One instance as it stands, for metrics. */
export interface MemberStats extends InstanceStats {
  readonly inFlightCalls: number
  readonly inFlightBytes: number
  /** Calls that were made, and those of them that failed in a way that counts against the instance. */
  readonly calls: number
  readonly failures: number
}

/** One instance among those of a stage: whether it may be asked, whether it has been greeted, and what it is doing. */
export class Member {
  readonly url: string
  readonly instance: Instance
  readonly breaker: CircuitBreaker
  readonly #clock: Clock
  readonly #closing = new AbortController()
  #greeting: Promise<Contract> | undefined
  #probe: Promise<boolean> | undefined
  #restsUntilMs = 0
  #inFlightCalls = 0
  #inFlightBytes = 0
  #calls = 0
  #failures = 0
  #whenIdle: (() => void) | undefined

  constructor(url: string, instance: Instance, { clock, breaker }: { clock: Clock; breaker: BreakerOptions }) {
    this.url = url
    this.instance = instance
    this.breaker = new CircuitBreaker(clock, breaker)
    this.#clock = clock
  }

  get inFlightCalls(): number {
    return this.#inFlightCalls
  }

  get inFlightBytes(): number {
    return this.#inFlightBytes
  }

  /** Milliseconds until it may be asked: 0 where it may be now, `Infinity` where another call decides that. */
  get opensInMs(): number {
    return Math.max(this.breaker.opensInMs, this.#restsUntilMs - this.#clock.now())
  }

  /** It asks to be left alone for so long. */
  rest(ms: number): void {
    this.#restsUntilMs = Math.max(this.#restsUntilMs, this.#clock.now() + ms)
  }

  /** Shakes hands once, for all who ask meanwhile, and again after `forget` or where that failed. */
  greet(want: Contract, signal: AbortSignal): Promise<Contract> {
    if (this.#greeting === undefined) {
      const greeting = this.instance.hello(want, this.#closing.signal)
      this.#greeting = greeting
      greeting.catch(() => {
        if (this.#greeting === greeting) this.#greeting = undefined
      })
    }
    return untilAborted(this.#greeting, signal)
  }

  /** Asks whether it is still there, once for all who want to know meanwhile. */
  probe(ask: () => Promise<boolean>): Promise<boolean> {
    this.#probe ??= ask().finally(() => (this.#probe = undefined))
    return this.#probe
  }

  /** What is behind the address may be another process now. */
  forget(): void {
    this.#greeting = undefined
  }

  /** Answers what ends it, to be called once. */
  begin(bytes: number): () => void {
    this.#inFlightCalls += 1
    this.#inFlightBytes += bytes
    return () => {
      this.#inFlightCalls -= 1
      this.#inFlightBytes -= bytes
      if (this.#inFlightCalls === 0) this.#whenIdle?.()
    }
  }

  countCall(): void {
    this.#calls += 1
  }

  countFailure(): void {
    this.#failures += 1
  }

  /** Waits for the calls that are on their way to it, also those that are about to be made. */
  async retire(): Promise<void> {
    if (this.#inFlightCalls > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve))
    await this.close('drain')
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    this.#closing.abort()
    return this.instance.close(mode)
  }

  stats(): MemberStats {
    return {
      address: this.instance.address,
      breaker: this.breaker.state,
      inFlightCalls: this.#inFlightCalls,
      inFlightBytes: this.#inFlightBytes,
      calls: this.#calls,
      failures: this.#failures,
    }
  }
}
