import { type Clock, type Log, PipelineError } from '@redesmyn/core'
import { releaseOnce, renderCallMetrics } from '@redesmyn/worker'
import { assertAgrees, type Contract } from '../handoff/contract.ts'
import { CallRoom } from './call-room.ts'
import { CallTeller } from './call-teller.ts'
import type { OfferedStage } from './offered-stage.ts'
import { refusedCall } from './refused-call.ts'
import { ReplyStore } from './reply-store.ts'
import { RowRoom } from './row-room.ts'
import type { ServiceLimits } from './service-limits.ts'
import { StageOffer } from './stage-offer.ts'
import type { Admission, StageService } from './stage-service.ts'

export interface StageServiceParts {
  /** Not opened yet. */
  readonly stages: readonly OfferedStage[]
  readonly limits: ServiceLimits
  readonly clock: Clock
  readonly log: Log
  /** What the names of metrics begin with. */
  readonly metricsPrefix: string
  /** Names a call that has no key. */
  readonly newId: () => string
}

/** Who is refused for want of room comes again no sooner. */
const leastRetryMs = 10

/** Stages at work for senders elsewhere. Serves no call before `start`, and none after `drain` or `stop`. */
export class RunningStageService implements StageService {
  readonly #parts: StageServiceParts
  readonly #offers: ReadonlyMap<string, StageOffer>
  readonly #room: CallRoom
  readonly #replies: ReplyStore
  #state: StageService['state'] = 'starting'

  constructor(parts: StageServiceParts) {
    const { stages, limits, clock, log, newId } = parts
    const retryAfterMs = (): number => this.#typicalMs()
    const rows = new RowRoom(limits.maxInFlightRows, retryAfterMs)
    this.#parts = parts
    this.#replies = new ReplyStore(limits, clock)
    this.#room = new CallRoom(limits, retryAfterMs)
    const shared = { replies: this.#replies, rows, teller: new CallTeller(log), clock, newId }
    this.#offers = new Map(stages.map((stage) => [stage.name, new StageOffer(stage, shared)]))
  }

  get contracts(): readonly Contract[] {
    return this.#parts.stages.map(({ contract }) => contract)
  }

  get state(): StageService['state'] {
    return this.#state
  }

  get freeBytes(): number {
    return this.#state === 'ready' ? this.#room.freeBytes : 0
  }

  /** Rejects with what the first stage that does not start throws; nothing then runs on. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#parts.stages.map((stage) => stage.open()))
    } catch (error) {
      await this.stop()
      throw error
    }
    if (this.#state === 'starting') this.#state = 'ready'
  }

  hello(want: Contract): Contract {
    const { contract } = this.#offer(want.name).stage
    assertAgrees(want, contract)
    return contract
  }

  admit(stage: string, bytes: number): Admission {
    const offer = this.#offer(stage)
    const { counts } = offer
    try {
      this.#assertReady(stage)
      const giveBack = this.#room.take(stage, bytes)
      counts.begun()
      const release = releaseOnce(() => {
        counts.ended()
        giveBack()
      })
      return { call: (batch, head, signal) => offer.call(batch, head, signal), release }
    } catch (error) {
      counts.add('refused')
      throw error
    }
  }

  metrics(): string {
    const { stages, metricsPrefix } = this.#parts
    const metrics = {
      stages: stages.flatMap((stage) => stage.stats()),
      calls: Array.from(this.#offers.values(), ({ counts }) => counts.stats),
      inFlightBytes: this.#room.usedBytes,
      totalBytes: this.#room.totalBytes,
    }
    return renderCallMetrics(metrics, metricsPrefix)
  }

  async drain(): Promise<void> {
    if (this.#state !== 'stopped') this.#state = 'draining'
    await this.#room.empty()
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    const reason = new PipelineError('DRAINING', 'the service has stopped')
    for (const offer of this.#offers.values()) offer.stop(reason)
    this.#replies.close()
    await Promise.all(this.#parts.stages.map((stage) => stage.stop()))
  }

  #typicalMs(): number {
    const ofStages = Array.from(this.#offers.values(), ({ counts }) => counts.typicalMs)
    return Math.ceil(Math.max(leastRetryMs, ...ofStages))
  }

  #offer(name: string): StageOffer {
    const offer = this.#offers.get(name)
    if (offer !== undefined) return offer
    const stages = [...this.#offers.keys()]
    const message = `no stage "${name}" is offered here, there is ${stages.map((one) => `"${one}"`).join(', ')}`
    throw refusedCall('ROUTE_NOT_FOUND', message, { stage: name, stages })
  }

  #assertReady(stage: string): void {
    if (this.#state === 'ready') return
    if (this.#state === 'starting') throw refusedCall('NOT_EXECUTED', 'the service has not started yet', { stage })
    throw refusedCall('DRAINING', 'the service takes no more calls, it is draining', { stage })
  }
}
