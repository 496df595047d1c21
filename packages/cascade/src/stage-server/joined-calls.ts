import { PipelineError, type RecordBatch } from '@redesmyn/core'
import type { CallHead } from '../wire/call-head.ts'
import type { CallCounts } from './call-counts.ts'
import { identityOf } from './call-identity.ts'
import type { OfferedStage } from './offered-stage.ts'
import type { ReplyStore } from './reply-store.ts'
import { type Outcome, SharedCall } from './shared-call.ts'
import type { ServedReply } from './stage-service.ts'

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

/** The calls of one stage: those with equal keys and rows are one, while it runs and for a while afterwards. */
export class JoinedCalls {
  readonly #parts: JoinedCallsParts
  readonly #running = new Map<string, SharedCall>()
  readonly #open = new Set<SharedCall>()

  constructor(parts: JoinedCallsParts) {
    this.#parts = parts
  }

  /** Rejects with what the stage throws, or with the signal's reason. */
  async call(call: StageCall): Promise<StageAnswer> {
    const { batch, head, signal } = call
    const identity = identityOf(batch, head)
    if (identity === undefined) return await answerOf('run', this.#begin(call, undefined).join(signal))
    const running = this.#running.get(identity)
    if (running !== undefined) return await answerOf('joined', running.join(signal))
    const kept = this.#parts.replies.find(this.#storeKey(identity))
    if (kept === undefined) return await answerOf('run', this.#begin(call, identity).join(signal))
    if (kept.kind === 'failed') throw kept.error
    return { reply: kept.reply.share(), how: 'replayed' }
  }

  /** Fails what runs with this reason. */
  abort(reason: PipelineError): void {
    for (const call of [...this.#open]) call.abort(reason)
  }

  #begin(call: StageCall, identity: string | undefined): SharedCall {
    // A sender that was lost makes its call again when it comes back: what may run only once has its reply by then.
    const goesOn = identity !== undefined && this.#parts.stage.contract.effects === 'once'
    const shared: SharedCall = new SharedCall(goesOn ? undefined : () => this.#forget(shared, identity))
    this.#open.add(shared)
    if (identity !== undefined) this.#running.set(identity, shared)
    void this.#run(call, shared, identity).finally(() => {
      this.#open.delete(shared)
      this.#forget(shared, identity)
    })
    return shared
  }

  /** What comes of it is told to those who have joined it, never by a rejection of its own. */
  async #run({ batch, head, requestId, deadlineAtMs }: StageCall, shared: SharedCall, identity: string | undefined) {
    const { stage, counts } = this.#parts
    const { signal } = shared
    try {
      const reply = await stage.run(batch, { head, requestId, deadlineAtMs, signal })
      const own = reply.share()
      counts.answered(own.rejects, own.serverTimingMs)
      this.#keep(identity, { kind: 'answered', reply })
      shared.answer(reply)
      own.release()
    } catch (error) {
      if (!signal.aborted && isLasting(error)) this.#keep(identity, { kind: 'failed', error })
      shared.fail(error)
    }
  }

  #keep(identity: string | undefined, outcome: Outcome): void {
    if (identity !== undefined) this.#parts.replies.keep(this.#storeKey(identity), outcome)
  }

  #forget(shared: SharedCall, identity: string | undefined): void {
    if (identity !== undefined && this.#running.get(identity) === shared) this.#running.delete(identity)
  }

  #storeKey(identity: string): string {
    return `${this.#parts.stage.name}\n${identity}`
  }
}

async function answerOf(how: StageAnswer['how'], reply: Promise<ServedReply>): Promise<StageAnswer> {
  return { reply: await reply, how }
}

/** What would come out the same once more. A failure that may pass is forgotten, so that the call can be made again. */
function isLasting(error: unknown): error is PipelineError {
  return error instanceof PipelineError && !error.meaning.isRetryable
}
