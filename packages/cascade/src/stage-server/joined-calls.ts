import { PipelineError, type RecordBatch } from '@redesmyn/core'
import type { CallCounts } from './call-counts.ts'
import type { OfferedStage } from './offered-stage.ts'
import { refusedCall } from './refused-call.ts'
import type { ReplyStore } from './reply-store.ts'
import { SharedCall } from './shared-call.ts'
import type { CallHead, ServedReply } from './stage-service.ts'

export interface JoinedCallsParts {
  readonly stage: OfferedStage
  readonly replies: ReplyStore
  readonly counts: CallCounts
}

export interface StageCall {
  readonly batch: RecordBatch
  readonly head: CallHead
  readonly requestId: string
  readonly deadlineAtMs: number
  readonly signal: AbortSignal
}

export interface StageAnswer {
  readonly reply: ServedReply
  readonly how: 'run' | 'joined' | 'replayed'
}

/** The calls of one stage: those with equal keys are one, while it runs and for a while afterwards. */
export class JoinedCalls {
  readonly #parts: JoinedCallsParts
  readonly #running = new Map<string, SharedCall>()
  readonly #open = new Set<SharedCall>()

  constructor(parts: JoinedCallsParts) {
    this.#parts = parts
  }

  /** Rejects with what the stage throws, or with the signal's reason. */
  async call(call: StageCall): Promise<StageAnswer> {
    const { head, signal } = call
    const key = head.idempotencyKey
    if (key === undefined) return await answerOf('run', this.#begin(call, undefined).join(signal))
    const running = this.#running.get(key)
    if (running !== undefined) {
      this.#assertSame(key, running.rowCount, call.batch.rowCount)
      return await answerOf('joined', running.join(signal))
    }
    const kept = this.#parts.replies.find(this.#storeKey(key))
    if (kept === undefined) return await answerOf('run', this.#begin(call, key).join(signal))
    this.#assertSame(key, kept.rowCount, call.batch.rowCount)
    if (kept.outcome.kind === 'failed') throw kept.outcome.error
    return { reply: kept.outcome.reply.share(), how: 'replayed' }
  }

  /** Fails what runs with this reason. */
  abort(reason: PipelineError): void {
    for (const call of [...this.#open]) call.abort(reason)
  }

  #begin(call: StageCall, key: string | undefined): SharedCall {
    const { rowCount } = call.batch
    const shared: SharedCall = new SharedCall(rowCount, () => this.#forget(shared, key))
    this.#open.add(shared)
    if (key !== undefined) this.#running.set(key, shared)
    void this.#run(call, shared, key).finally(() => {
      this.#open.delete(shared)
      this.#forget(shared, key)
    })
    return shared
  }

  /** What comes of it is told to those who have joined it, never by a rejection of its own. */
  async #run({ batch, head, requestId, deadlineAtMs }: StageCall, shared: SharedCall, key: string | undefined) {
    const { stage, counts } = this.#parts
    const { signal } = shared
    try {
      const reply = await stage.run(batch, { head, requestId, deadlineAtMs, signal })
      const own = reply.share()
      counts.answered(own.rejects, own.serverTimingMs)
      this.#keep(key, { kind: 'answered', reply }, shared)
      shared.answer(reply)
      own.release()
    } catch (error) {
      if (!signal.aborted && isLasting(error)) this.#keep(key, { kind: 'failed', error }, shared)
      shared.fail(error)
    }
  }

  #keep(key: string | undefined, outcome: Parameters<ReplyStore['keep']>[1], { rowCount }: SharedCall): void {
    if (key !== undefined) this.#parts.replies.keep(this.#storeKey(key), outcome, rowCount)
  }

  #forget(shared: SharedCall, key: string | undefined): void {
    if (key !== undefined && this.#running.get(key) === shared) this.#running.delete(key)
  }

  #assertSame(key: string, rowCount: number, received: number): void {
    if (rowCount === received) return
    const { name } = this.#parts.stage
    const message = `the idempotency key "${key}" is that of a call of ${rowCount} rows, got ${received}`
    throw refusedCall('PARAMETER_INVALID', message, { stage: name })
  }

  #storeKey(key: string): string {
    return `${this.#parts.stage.name}\n${key}`
  }
}

async function answerOf(how: StageAnswer['how'], reply: Promise<ServedReply>): Promise<StageAnswer> {
  return { reply: await reply, how }
}

/** What would come out the same once more. A failure that may pass is forgotten, so that the call can be made again. */
function isLasting(error: unknown): error is PipelineError {
  return error instanceof PipelineError && !error.meaning.isRetryable
}
