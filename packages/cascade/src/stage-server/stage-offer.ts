import type { Clock, PipelineError, RecordBatch } from '@redesmyn/core'
import type { CallHead } from '../wire/call-head.ts'
import { CallCounts } from './call-counts.ts'
import { deadlineOf } from './call-deadline.ts'
import { assertCallHead } from './call-head.ts'
import type { CallTeller } from './call-teller.ts'
import { JoinedCalls, type StageAnswer } from './joined-calls.ts'
import type { OfferedStage } from './offered-stage.ts'
import type { ReplyStore } from './reply-store.ts'
import type { RowRoom } from './row-room.ts'
import type { ServedReply } from './stage-service.ts'

/** What the stages of a service share. */
export interface OfferParts {
  readonly replies: ReplyStore
  readonly rows: RowRoom
  readonly teller: CallTeller
  readonly clock: Clock
  /** Names a call that has no key. */
  readonly newId: () => string
}

interface NamedCall {
  readonly stage: string
  readonly head: CallHead
  readonly requestId: string
}

/** One stage of a service with all that is known of its calls. */
export class StageOffer {
  readonly stage: OfferedStage
  readonly counts: CallCounts
  readonly #calls: JoinedCalls
  readonly #parts: OfferParts
  #stopped: PipelineError | undefined

  constructor(stage: OfferedStage, parts: OfferParts) {
    this.stage = stage
    this.counts = new CallCounts(stage.name)
    this.#calls = new JoinedCalls({ stage, replies: parts.replies, counts: this.counts })
    this.#parts = parts
  }

  /** One call that was admitted, told and counted whatever comes of it. */
  async call(batch: RecordBatch, head: CallHead, signal: AbortSignal): Promise<ServedReply> {
    const { clock, newId, teller } = this.#parts
    const startedAtMs = clock.now()
    const call = { stage: this.stage.name, head, requestId: head.idempotencyKey ?? newId() }
    try {
      const answer = await this.#run(batch, call, signal)
      teller.served(call, this.counts, answer, clock.now() - startedAtMs)
      return answer.reply
    } catch (error) {
      teller.failed(call, this.counts, error, signal)
      throw error
    }
  }

  /** Fails with this error what runs, and what was admitted and comes later. */
  stop(reason: PipelineError): void {
    this.#stopped ??= reason
    this.#calls.abort(reason)
  }

  async #run(batch: RecordBatch, call: NamedCall, signal: AbortSignal): Promise<StageAnswer> {
    const { clock, rows } = this.#parts
    const { stage, head } = call
    signal.throwIfAborted()
    if (this.#stopped !== undefined) throw this.#stopped
    assertCallHead(head, stage)
    const taken = this.stage.take(batch, head.schema)
    const deadline = deadlineOf(head.deadlineMs, clock, { stage, signal })
    try {
      const giveBack = rows.take(stage, taken.rowCount)
      const answer = this.#calls.call({ ...call, batch: taken, deadlineAtMs: deadline.atMs, signal: deadline.signal })
      return await answer.finally(giveBack)
    } finally {
      deadline.end()
    }
  }
}
