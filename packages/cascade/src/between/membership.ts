import { afterMs, type Cancel, type Clock, PipelineError } from '@redesmyn/core'
import { untilAborted } from '../handoff/until-aborted.ts'
import type { BreakerOptions } from './circuit-breaker.ts'
import type { Instance } from './instance.ts'
import { Member } from './member.ts'

/** Where the instances of a stage are: a fixed list, or a function that is asked again and again. */
export type InstanceUrls = readonly string[] | (() => Promise<readonly string[]>)

export interface MembershipOptions {
  readonly urls: InstanceUrls
  readonly discoverEveryMs: number
  readonly connect: (url: string) => Instance
  readonly breaker: BreakerOptions
  readonly clock: Clock
  /** Called when members came or went. */
  readonly onChange: () => void
}

/** The instances that belong to a stage now. Those that left finish what they were asked, and are closed. */
export class Membership {
  readonly #options: MembershipOptions
  readonly #leaving = new Set<Promise<void>>()
  #members: readonly Member[] = []
  #isClosed = false
  #first: Promise<void> | undefined
  #cancel: Cancel | undefined

  /** Throws what `connect` throws for an address of a fixed list. */
  constructor(options: MembershipOptions) {
    this.#options = options
    if (typeof options.urls !== 'function') this.#settle(options.urls)
  }

  get members(): readonly Member[] {
    return this.#members
  }

  /** Resolves when it is known who belongs to it. Rejects with HANDOFF_FAILED where that cannot be found out now. */
  async known(signal: AbortSignal): Promise<void> {
    const { urls } = this.#options
    if (typeof urls !== 'function' || this.#cancel !== undefined) return
    this.#first ??= this.#ask(urls).finally(() => (this.#first = undefined))
    await untilAborted(this.#first, signal)
  }

  async close(mode: 'drain' | 'abort'): Promise<void> {
    this.#isClosed = true
    this.#cancel?.()
    const members = this.#members
    this.#members = []
    await Promise.allSettled([...members.map((member) => member.close(mode)), ...this.#leaving])
  }

  async #ask(urls: () => Promise<readonly string[]>): Promise<void> {
    this.#settle(await discover(urls))
    if (!this.#isClosed) this.#askAgain(urls)
  }

  #askAgain(urls: () => Promise<readonly string[]>): void {
    const { clock, discoverEveryMs } = this.#options
    this.#cancel = afterMs(clock, discoverEveryMs, () => {
      // Where nobody answers those that were known are still the best guess.
      void this.#ask(urls).catch(() => {
        if (!this.#isClosed) this.#askAgain(urls)
      })
    })
  }

  #settle(urls: readonly string[]): void {
    if (this.#isClosed) return
    const wanted = [...new Set(urls)]
    const known = new Map(this.#members.map((member) => [member.url, member]))
    this.#members = wanted.map((url) => known.get(url) ?? this.#join(url))
    for (const member of known.values()) {
      if (!wanted.includes(member.url)) this.#leave(member)
    }
    this.#options.onChange()
  }

  #join(url: string): Member {
    if (typeof url !== 'string') {
      throw new PipelineError('CONFIG_INVALID', `the address of an instance must be a text, got ${typeof url}`)
    }
    return new Member(url, this.#options.connect(url), this.#options)
  }

  #leave(member: Member): void {
    const left: Promise<void> = member
      .retire()
      .catch(() => undefined)
      .finally(() => this.#leaving.delete(left))
    this.#leaving.add(left)
  }
}

async function discover(urls: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await urls()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('HANDOFF_FAILED', `the addresses of a stage could not be discovered: ${why}`, { cause })
  }
}
