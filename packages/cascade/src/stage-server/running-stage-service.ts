import { type Clock, type Log, PipelineError, type RecordBatch } from '@redesmyn/core'
import { renderCallMetrics } from '@redesmyn/worker'
import { assertAgrees, type Contract } from '../handoff/contract.ts'
import { CallCounts } from './call-counts.ts'
import { assertCallHead } from './call-head.ts'
import { CallRoom } from './call-room.ts'
import { CallTeller } from './call-teller.ts'
import { deadlineOf } from './call-deadline.ts'
import { JoinedCalls } from './joined-calls.ts'
import type { OfferedStage } from './offered-stage.ts'
import { refusedCall } from './refused-call.ts'
import { ReplyStore } from './reply-store.ts'
import { RowRoom } from './row-room.ts'
import type { ServiceLimits } from './service-limits.ts'
import type { Admission, CallHead, ServedReply, StageService } from './stage-service.ts'

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

interface Offer {
  readonly stage: OfferedStage
  readonly calls: JoinedCalls
  readonly counts: CallCounts
}

/** Stages at work for senders elsewhere. Serves no call before `start`, and none after `drain` or `stop`. */
export class RunningStageService implements StageService {
  readonly #parts: StageServiceParts
  readonly #offers: ReadonlyMap<string, Offer>
  readonly #room: CallRoom
  readonly #rows: RowRoom
  readonly #replies: ReplyStore
  readonly #teller: CallTeller
  #state: StageService['state'] = 'starting'

  constructor(parts: StageServiceParts) {
    const { stages, limits, clock, log } = parts
    const replies = new ReplyStore(limits, clock)
    const offers = stages.map((stage) => {
      const counts = new CallCounts(stage.name)
      return { stage, counts, calls: new JoinedCalls({ stage, replies, counts }) }
    })
    const typicalMs = (): number => Math.max(...offers.map(({ counts }) => counts.typicalMs))
    this.#parts = parts
    this.#replies = replies
    this.#offers = new Map(offers.map((offer) => [offer.stage.name, offer]))
    this.#room = new CallRoom(limits, typicalMs)
    this.#rows = new RowRoom(limits.maxInFlightRows, typicalMs)
    this.#teller = new CallTeller(log)
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
      const release = once(() => {
        counts.ended()
        giveBack()
      })
      return { call: (batch, head, signal) => this.#call(offer, batch, head, signal), release }
    } catch (error) {
      counts.add('refused')
      throw error
    }
  }

  metrics(): string {
    const { stages, metricsPrefix } = this.#parts
    const metrics = {
      stages: stages.flatMap((stage) => stage.stats()),
      calls: [...this.#offers.values()].map(({ counts }) => counts.stats),
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
    for (const { calls } of this.#offers.values()) calls.abort(reason)
    this.#replies.clear()
    await Promise.all(this.#parts.stages.map((stage) => stage.stop()))
  }

  async #call(offer: Offer, batch: RecordBatch, head: CallHead, signal: AbortSignal): Promise<ServedReply> {
    const { clock, newId } = this.#parts
    const startedAtMs = clock.now()
    const call = { stage: offer.stage.name, head, requestId: head.idempotencyKey ?? newId() }
    try {
      const answer = await this.#run(offer, batch, call, signal)
      this.#teller.served(call, offer.counts, answer, clock.now() - startedAtMs)
      return answer.reply
    } catch (error) {
      this.#teller.failed(call, offer.counts, error, signal)
      throw error
    }
  }

  async #run({ stage, calls }: Offer, batch: RecordBatch, call: NamedCall, signal: AbortSignal) {
    const { clock } = this.#parts
    signal.throwIfAborted()
    assertCallHead(call.head, stage.name)
    const taken = stage.take(batch, call.head.schema)
    if (this.#state === 'stopped') this.#assertReady(stage.name)
    const deadline = deadlineOf(call.head.deadlineMs, clock, { stage: stage.name, signal })
    const giveBack = this.#rows.take(stage.name, taken.rowCount)
    try {
      return await calls.call({ ...call, batch: taken, deadlineAtMs: deadline.atMs, signal: deadline.signal })
    } finally {
      giveBack()
      deadline.cancel()
    }
  }

  #offer(name: string): Offer {
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

interface NamedCall {
  readonly head: CallHead
  readonly requestId: string
}

function once(action: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    action()
  }
}
