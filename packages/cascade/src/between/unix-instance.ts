import { type Clock, PipelineError, type RecordBatch } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'
import type { CallContext, Reply } from '../handoff/between.ts'
import { assertAgrees, type Contract } from '../handoff/contract.ts'
import { untilAborted } from '../handoff/until-aborted.ts'
import { socketPathOf } from '../wire/socket-path.ts'
import { wireDefaults } from '../wire/wire-defaults.ts'
import type { FrameLink } from './frame-link.ts'
import type { Instance } from './instance.ts'
import { cannotOpen, type LinkPeer } from './link-peer.ts'
import { openLink, silentFor } from './open-link.ts'
import { remoteOptionTable } from './remote-config.ts'

export interface UnixInstanceOptions {
  /** Name of the stage that is called. */
  readonly stage: string
  /** Until the stage's process has told its contract, from the connection on. Default 1500. */
  readonly helloMs?: number
  /** Within which a frame that has begun has to be there, or to bring 64 KiB more. Default 5000. */
  readonly stallMs?: number
  /** Bytes of a reply; a larger one fails its call with BODY_TOO_LARGE. Default 256 MiB. */
  readonly maxFrameBytes?: number
  /** Default 4. One does for small calls; more keep them from waiting behind large ones. */
  readonly maxConnections?: number
  readonly clock?: Clock
}

/** A call of more bytes keeps others waiting. */
const largeBytes = 2 ** 20
/** Calls that one connection carries before another is opened. */
const crowdedCalls = 32

/** A stage's process on this host, behind a Unix socket. A connection that is lost is opened again by the next call. */
export class UnixInstance implements Instance {
  readonly address: string
  readonly #path: string
  readonly #peer: LinkPeer
  readonly #options: Required<UnixInstanceOptions>
  readonly #links = new Set<FrameLink>()
  readonly #calls = new Set<Promise<Reply>>()
  readonly #closing: PipelineError
  #opening: Promise<FrameLink> | undefined
  #want: Contract | undefined
  #contract: Contract | undefined
  #closed: Promise<void> | undefined
  #isAborted = false

  /** `address` is such as `unix:/run/score.sock`. Throws CONFIG_INVALID where no socket can be there. */
  constructor(address: URL, options: UnixInstanceOptions) {
    this.#path = socketPathOf(address)
    this.address = `unix:${this.#path}`
    this.#peer = { stage: options.stage, address: this.address }
    this.#options = {
      helloMs: remoteOptionTable.connectTimeoutMs.default,
      stallMs: wireDefaults.stallMs,
      maxFrameBytes: wireDefaults.maxMessageBytes,
      maxConnections: 4,
      clock: systemClock(),
      ...options,
    }
    this.#closing = new PipelineError('DRAINING', `the way to stage "${options.stage}" at ${this.address} is closed`)
  }

  async hello(want: Contract, signal: AbortSignal): Promise<Contract> {
    signal.throwIfAborted()
    this.#assertOpen()
    const link = this.#leastBusy() ?? (await untilAborted(this.#open(), signal))
    const contract = await untilAborted(this.#ask(link, want), signal)
    assertAgrees(want, contract)
    this.#want = want
    this.#contract = contract
    return contract
  }

  async call(batch: RecordBatch, context: CallContext): Promise<Reply> {
    const { signal, deadlineMs } = context
    signal.throwIfAborted()
    this.#assertOpen()
    if (deadlineMs <= 0) {
      throw new PipelineError('DEADLINE_EXCEEDED', `no time is left to call stage "${this.#peer.stage}"`, {
        details: { stage: this.#peer.stage, instance: this.address, notExecuted: true },
      })
    }
    const call = this.#send(batch, context)
    this.#calls.add(call)
    return await call.finally(() => this.#calls.delete(call))
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    if (mode === 'abort') this.#abort()
    return (this.#closed ??= this.#end())
  }

  async #send(batch: RecordBatch, context: CallContext): Promise<Reply> {
    const link = await this.#pick(batch, context.signal)
    return await link.call(batch, this.#contract?.input.fingerprint, context)
  }

  async #ask(link: FrameLink, want: Contract): Promise<Contract> {
    const { clock, helloMs } = this.#options
    const cancel = clock.after(helloMs, () => link.destroy(silentFor(helloMs)))
    try {
      return await link.hello(want)
    } catch (error) {
      throw error instanceof PipelineError ? error : cannotOpen(this.#peer, error)
    } finally {
      cancel()
    }
  }

  /** The least busy connection, or another one where that would be a wait and there may be more. */
  async #pick({ layout }: RecordBatch, signal: AbortSignal): Promise<FrameLink> {
    const best = this.#leastBusy()
    const isLarge = layout.byteLength > largeBytes
    if (best !== undefined && (!isBusy(best, isLarge) || this.#links.size >= this.#options.maxConnections)) return best
    try {
      return await untilAborted(this.#open(), signal)
    } catch (error) {
      // One that is busy is better than none.
      if (best?.isOpen !== true || signal.aborted) throw error
      return best
    }
  }

  #leastBusy(): FrameLink | undefined {
    let best: FrameLink | undefined
    for (const link of this.#links) {
      if (!link.isOpen) continue
      if (best === undefined || link.callBytes < best.callBytes) best = link
    }
    return best
  }

  /** One at a time: whoever comes meanwhile gets the same. */
  #open(): Promise<FrameLink> {
    this.#opening ??= this.#openLink().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #openLink(): Promise<FrameLink> {
    const { link, contract } = await openLink({ ...this.#options, path: this.#path, peer: this.#peer }, this.#want)
    if (this.#isAborted) {
      link.destroy(this.#closing)
      throw this.#closing
    }
    this.#contract ??= contract
    this.#links.add(link)
    void link.closed.then(() => this.#links.delete(link))
    return link
  }

  #abort(): void {
    this.#isAborted = true
    for (const link of this.#links) link.destroy(this.#closing, this.#closing)
  }

  async #end(): Promise<void> {
    await Promise.allSettled(this.#calls)
    await Promise.allSettled([this.#opening])
    for (const link of this.#links) link.leave()
    await Promise.all(Array.from(this.#links, ({ closed }) => closed))
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw this.#closing
  }
}

function isBusy({ callCount, callBytes }: FrameLink, isLarge: boolean): boolean {
  return callCount >= crowdedCalls || callBytes > largeBytes || (isLarge && callCount > 0)
}
