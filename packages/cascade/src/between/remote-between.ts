import { setMaxListeners } from 'node:events'
import { type Clock, PipelineError, type Placement, type RecordBatch } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'
import type { Between, CallContext, Credit, Guarantees, Reply } from '../handoff/between.ts'
import type { Contract } from '../handoff/contract.ts'
import { CallCredits } from './call-credits.ts'
import { Changes } from './changes.ts'
import { greetAll } from './greet-all.ts'
import type { Instance } from './instance.ts'
import { type InstanceUrls, Membership } from './membership.ts'
import { RemoteCall } from './remote-call.ts'
import type { RemoteConfig } from './remote-config.ts'
import type { EdgeCounts, RemoteEdge } from './remote-edge.ts'
import { type RemoteStats, statsOf } from './remote-stats.ts'
import { RetryBudget } from './retry-budget.ts'

/** What a stage elsewhere promises: each attempt is made once, and only what is safe is attempted again. */
export const remoteGuarantees: Guarantees = Object.freeze({ delivery: 'at-most-once', order: 'none' })

export interface RemoteBetweenOptions<P extends Placement> {
  readonly placement: P
  /** What the sender has and wants, of the stage that is called: its name and effects. */
  readonly want: Contract
  readonly urls: InstanceUrls
  /** Makes an instance of an address, without opening a connection yet. */
  readonly connect: (url: string) => Instance
  readonly config: RemoteConfig
  /** Default: real time. */
  readonly clock?: Clock
  /** 0 to 1, exclusive. Default `Math.random`. */
  readonly random?: () => number
}

/** The way to a stage that runs in one or more other processes, which are its instances. */
export class RemoteBetween<P extends Placement = Placement> implements Between<P> {
  readonly placement: P
  readonly guarantees = remoteGuarantees
  readonly #credits: CallCredits
  readonly #counts: EdgeCounts = { retries: new Map(), failures: 0 }
  readonly #abort = new AbortController()
  readonly #calls = new Set<Promise<unknown>>()
  readonly #closing: PipelineError
  #edge: RemoteEdge
  #closed: Promise<void> | undefined

  /** Throws CONFIG_INVALID for an address that is none. */
  constructor(options: RemoteBetweenOptions<P>) {
    const { placement, want, urls, connect, config, clock = systemClock(), random = Math.random } = options
    const changes = new Changes()
    const { breaker, discoverEveryMs, retry } = config
    this.placement = placement
    // Every call listens to it.
    setMaxListeners(0, this.#abort.signal)
    this.#credits = new CallCredits(config)
    this.#closing = new PipelineError('DRAINING', `the way to stage "${want.name}" is closed`)
    this.#edge = {
      stage: want.name,
      placement,
      effects: want.effects,
      want,
      config,
      members: new Membership({ urls, connect, clock, breaker, discoverEveryMs, onChange: () => changes.tell() }),
      connect,
      changes,
      budget: new RetryBudget({ ratio: retry.budgetRatio, floor: retry.budgetFloor }),
      counts: this.#counts,
      clock,
      random,
      closing: this.#abort.signal,
    }
  }

  /**
   * Greets all instances. Answers with the contract of one where all that are there agree: those that cannot be reached now
   * are greeted before their first batch. Rejects with HANDOFF_FAILED where none can be reached, after as many attempts as
   * a call has.
   */
  async hello(want: Contract, signal: AbortSignal): Promise<Contract> {
    signal.throwIfAborted()
    this.#assertOpen()
    this.#edge = { ...this.#edge, want }
    for (const member of this.#edge.members.members) member.forget()
    return await this.#keep(greetAll(this.#edge, signal))
  }

  acquire(bytes: number, signal: AbortSignal): Promise<Credit> {
    return this.#credits.acquire(bytes, signal)
  }

  async call(batch: RecordBatch, context: CallContext): Promise<Reply> {
    context.signal.throwIfAborted()
    this.#assertOpen()
    return await this.#keep(new RemoteCall(this.#edge, batch, context).run())
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    this.#credits.close(this.#closing)
    if (mode === 'abort') this.#abort.abort(this.#closing)
    return (this.#closed ??= this.#end(mode))
  }

  /** How the edge and each of its instances stand now. */
  stats(): RemoteStats {
    return statsOf(this.#edge, this.#calls.size, this.#credits.usedBytes)
  }

  async #end(mode: 'drain' | 'abort'): Promise<void> {
    await Promise.allSettled(this.#calls)
    // Nobody asks any more how an instance is.
    this.#abort.abort(this.#closing)
    await this.#edge.members.close(mode)
  }

  async #keep<Answer>(call: Promise<Answer>): Promise<Answer> {
    this.#calls.add(call)
    return await call.finally(() => this.#calls.delete(call))
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw this.#closing
  }
}
