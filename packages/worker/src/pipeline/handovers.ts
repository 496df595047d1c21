import { type AnyStage, type Batcher, fromErrorData, type Log, PipelineError, toErrorData } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import { type Handover, type HandoverTarget, handRows } from './hand-on.ts'

export interface HandoversParts extends Omit<HandoverTarget, 'policy'> {
  readonly stage: AnyStage
  readonly batcher: Batcher<Slab>
  readonly log: Log
}

/** Brings rows of earlier stages into a stage's batches, and tells their requests where that cannot be. */
export class Handovers {
  readonly #parts: HandoversParts
  #stopped: PipelineError | undefined

  constructor(parts: HandoversParts) {
    this.#parts = parts
  }

  take(handover: Handover): void {
    const { stage, batcher, rooms, onCopied } = this.#parts
    try {
      if (this.#stopped !== undefined) throw this.#stopped
      const { rows, copy } = handRows(handover, { rooms, policy: stage.config.batch, onCopied })
      batcher.handOn(rows)
      if (copy !== undefined) rooms.release(copy)
    } catch (error) {
      this.#refuse(handover, error)
    }
  }

  /** From here on rows fail with this error: nobody runs them any more. */
  stop(error: PipelineError): void {
    this.#stopped = error
  }

  #refuse({ shares }: Handover, thrown: unknown): void {
    const { stage, batcher, log } = this.#parts
    const error = thrown instanceof PipelineError ? thrown : fromErrorData(toErrorData(thrown, 'INTERNAL'))
    log.error({ err: error, code: error.code, stage: stage.name }, 'Rows of an earlier stage were refused.')
    for (const { ticket } of shares) {
      batcher.unreserve(ticket.waiter.rows.rowCount)
      ticket.waiter.fail(error)
    }
  }
}
