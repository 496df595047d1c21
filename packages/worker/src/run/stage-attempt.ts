import {
  type BatchGroup,
  type BatchOutcome,
  type Field,
  findMisfits,
  type ModelRef,
  PipelineError,
  type RowSource,
  type Span,
  Ticket,
  type Waiter,
} from '@redesmyn/core'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import { HandedRange } from '../pipeline/handed-range.ts'
import type { RunningStage } from '../pipeline/running-stage.ts'
import { SlabOutcome } from '../pipeline/slab-outcome.ts'
import type { RowError } from '../thread/protocol.ts'

/** What a stage made of some rows. Whoever gets it lets go of the source. */
export interface StageAnswer {
  readonly source: SlabSource
  /** For each row of the source, which of the rows that were sent it comes from; undefined: the same. */
  readonly parents: Int32Array | undefined
  /** Of the rows that were sent. */
  readonly rejects: readonly RowError[]
}

export interface StageAttemptParts {
  readonly stage: RunningStage
  readonly pool: SlabPool
  readonly source: SlabSource
  /** Of the source. */
  readonly from: number
  readonly to: number
  readonly params: Readonly<Record<string, string>>
  /** Undefined where the stage's handler takes none. */
  readonly model: ModelRef | undefined
  readonly traceparent: string
  readonly number: number
  readonly part: number | undefined
  readonly idempotencyKey: string
  readonly nowMs: number
  /** When the call's time is over. */
  readonly deadlineAtMs: number
}

/** Rows of a run in one stage, once: a batch that nobody else's rows join. */
export class StageAttempt implements Waiter {
  readonly rows: RowSource
  readonly group: BatchGroup
  /** What limits it is the stage's own time, and the call's. */
  readonly timeoutMs = Number.POSITIVE_INFINITY
  readonly clientRequestId = ''
  readonly requestNumber = 0
  readonly requestId: string
  readonly query = ''
  readonly traceparent: string
  /** Rejects with what failed the batch, or with what it was given up for. */
  readonly answer: Promise<StageAnswer>
  readonly #parts: StageAttemptParts
  readonly #ticket: Ticket
  #resolve: (answer: StageAnswer) => void = () => undefined
  #reject: (error: unknown) => void = () => undefined

  constructor(parts: StageAttemptParts) {
    const { stage, source, from, to, params, model, number, part, idempotencyKey, nowMs, deadlineAtMs } = parts
    this.#parts = parts
    this.rows = new HandedRange(source.batch, from, to - from)
    const fields = stage.inputFields ?? source.batch.fields
    this.group = {
      key: idempotencyKey,
      fields,
      params,
      model,
      attempt: { number, idempotencyKey, ...(part !== undefined && { part }) },
    }
    this.requestId = idempotencyKey
    this.traceparent = parts.traceparent
    this.#ticket = new Ticket(this, nowMs, deadlineAtMs)
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  send(): void {
    const { stage, source, from, to } = this.#parts
    stage.reserve(to - from)
    stage.receive({
      source,
      isChecked: isChecked(source.batch.fields, this.group.fields),
      policy: stage.config.batch,
      shares: [{ ticket: this.#ticket, start: from }],
    })
  }

  giveUp(reason: unknown): void {
    this.#parts.stage.cancel(this.#ticket)
    this.#reject(reason)
  }

  /** Does nothing once a slot has begun it. The reason is told whether one was faster than that. */
  giveUpUnlessBegun(reasonOf: (hasBegun: boolean) => unknown): void {
    const { stage } = this.#parts
    if (stage.hasBegun(this.#ticket)) return
    stage.cancel(this.#ticket)
    // A thread may have been faster than the look.
    this.#reject(reasonOf(stage.hasBegun(this.#ticket)))
  }

  deliver(outcome: BatchOutcome, { batch }: Span): void {
    if (!(outcome instanceof SlabOutcome)) {
      return this.fail(new PipelineError('INTERNAL', 'a batch of a run was answered by something else than its slab'))
    }
    const { source, parents, rejects } = outcome
    const kept = source.slab === batch.room ? this.#keep(source) : retained(source)
    this.#resolve({ source: kept, parents, rejects })
  }

  fail(error: PipelineError): void {
    this.#reject(error)
  }

  /** The outputs are all that is wanted of the batch's slab; where they lie beside it, nothing is. */
  #keep(source: SlabSource): SlabSource {
    const { pool } = this.#parts
    if (source.place.kind === 'spilled') return { ...source, slab: pool.holdSpilled(source.place.output.buffer) }
    const kept = retained(source)
    pool.releaseSource(source.slab)
    return kept
  }
}

function retained(source: SlabSource): SlabSource {
  source.slab.retain()
  // An object of its own: what holds it is told by it.
  return { ...source }
}

function isChecked(given: readonly Field[], wanted: readonly Field[]): boolean {
  return given === wanted || findMisfits(given, wanted).length === 0
}
