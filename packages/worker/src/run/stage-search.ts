import type { Clock, Log } from '@redesmyn/core'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { RunningStage } from '../pipeline/running-stage.ts'
import type { BatchCall } from './batch-pipeline.ts'
import type { Fragment } from './fragment.ts'
import type { Holdings } from './holdings.ts'
import type { Load } from './load.ts'
import { StageAttempt } from './stage-attempt.ts'

export interface StageSearchParts {
  readonly stage: RunningStage
  readonly load: Load
  readonly call: BatchCall
  readonly holdings: Holdings
  readonly pool: SlabPool
  readonly clock: Clock
  readonly log: Log
}

/** Brings the rows of a load through one stage. */
export class StageSearch {
  readonly #parts: StageSearchParts
  readonly #open = new Set<StageAttempt>()

  constructor(parts: StageSearchParts) {
    this.#parts = parts
  }

  /** In calls of `maxRows` at most, which is nearly always one. */
  async run(maxRows: number): Promise<readonly Fragment[]> {
    const { rowCount } = this.#parts.load.source.batch
    const starts = Array.from({ length: Math.ceil(rowCount / maxRows) }, (_, index) => index * maxRows)
    const pieces = starts.map((from) => this.#runPiece(from, Math.min(from + maxRows, rowCount)))
    return (await Promise.all(pieces)).flat()
  }

  giveUp(reason: unknown): void {
    for (const attempt of this.#open) attempt.giveUp(reason)
  }

  async #runPiece(from: number, to: number): Promise<readonly Fragment[]> {
    const { holdings } = this.#parts
    const { source, rejects } = await this.#attempt(from, to)
    holdings.keep(source)
    const rejected = rejects.map(({ row, error: { code, message } }) => ({ row: from + row, code, message }))
    return [{ kind: 'done', source, firstRow: from, rejects: rejected }]
  }

  async #attempt(from: number, to: number) {
    const { stage, load, call, pool, clock } = this.#parts
    const attempt = new StageAttempt({
      stage,
      pool,
      source: load.source,
      from,
      to,
      params: call.partition,
      traceparent: call.traceparent ?? '',
      number: 1,
      idempotencyKey: call.idempotencyKey,
      nowMs: clock.now(),
    })
    this.#open.add(attempt)
    try {
      attempt.send()
      return await attempt.answer
    } finally {
      this.#open.delete(attempt)
    }
  }
}
