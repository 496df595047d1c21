import { afterMs, type Clock, type Log, type ModelRef, PipelineError } from '@redesmyn/core'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { RunningStage } from '../pipeline/running-stage.ts'
import type { BatchCall } from './batch-pipeline.ts'
import type { Fragment, RefusedRows } from './fragment.ts'
import type { Holdings } from './holdings.ts'
import { leastLeftMs } from './least-left.ts'
import type { Load } from './load.ts'
import type { LosingStreak } from './losing-streak.ts'
import { type StageAnswer, StageAttempt } from './stage-attempt.ts'
import type { ToldCauses } from './told-causes.ts'
import { judge, lossesIn } from './verdict.ts'

/** A stage of a run, and what is known of it. */
export interface StageOfRun {
  readonly running: RunningStage
  readonly streak: LosingStreak
  readonly told: ToldCauses
  /** What it gave, added up. */
  readonly given: { bytes: number }
}

export interface StageSearchParts {
  readonly stage: StageOfRun
  readonly load: Load
  readonly call: Omit<BatchCall, 'rows' | 'signal' | 'onFree'>
  /** Undefined where the stage's handler takes none. */
  readonly model: ModelRef | undefined
  readonly holdings: Holdings
  readonly pool: SlabPool
  readonly clock: Clock
  readonly log: Log
}

/** Rows `from` to `to` (exclusive) of the load, and what was tried with them. */
interface Piece {
  readonly from: number
  readonly to: number
  /** 1 for the first time. */
  readonly attempt: number
  readonly losses: number
  readonly isPart: boolean
}

/**
 * Brings the rows of a load through one stage. A batch that fails for what is in it is halved until the rows to blame
 * are alone: the stage sees a row up to log2(rows) + 1 times more, and no other row is lost.
 */
export class StageSearch {
  readonly #parts: StageSearchParts
  readonly #open = new Set<StageAttempt>()
  #givenUp: { readonly reason: unknown } | undefined

  constructor(parts: StageSearchParts) {
    this.#parts = parts
  }

  /** In calls of the stage's own size, which is nearly always one. Rejects with an error that no row is to blame for. */
  async run(): Promise<readonly Fragment[]> {
    const { load, stage } = this.#parts
    const { rowCount } = load.source.batch
    const { maxRows } = stage.running.config.batch
    const starts = Array.from({ length: Math.ceil(rowCount / maxRows) }, (_, index) => index * maxRows)
    return await this.#runAll(
      starts.map((from) => {
        return { from, to: Math.min(from + maxRows, rowCount), attempt: 1, losses: 0, isPart: false }
      }),
    )
  }

  giveUp(reason: unknown): void {
    this.#givenUp ??= { reason }
    for (const attempt of [...this.#open]) attempt.giveUp(reason)
  }

  async #runAll(pieces: readonly Piece[]): Promise<readonly Fragment[]> {
    try {
      return (await Promise.all(pieces.map((piece) => this.#run(piece)))).flat()
    } catch (error) {
      // Nobody wants what the others come to.
      this.giveUp(error)
      throw error
    }
  }

  async #run(piece: Piece): Promise<readonly Fragment[]> {
    const { stage, load, holdings } = this.#parts
    const { from } = piece
    try {
      const { source, parents, rejects } = await this.#attempt(piece)
      stage.streak.answered()
      holdings.keep(source)
      const rejected = rejects.map(({ row, error: { code, message } }) => ({ row: from + row, code, message }))
      return [{ kind: 'done', load, source, firstRow: from, parents, rejects: rejected }]
    } catch (error) {
      if (!(error instanceof PipelineError) || this.#givenUp !== undefined) throw error
      return await this.#runAgain(piece, error)
    }
  }

  async #runAgain(piece: Piece, error: PipelineError): Promise<readonly Fragment[]> {
    const { stage, call, clock } = this.#parts
    const { from, to, isPart } = piece
    if (clock.now() >= (call.deadlineAtMs ?? Number.POSITIVE_INFINITY)) throw this.#overdue(piece, true)
    const losses = piece.losses + lossesIn(error)
    const isLosing = stage.streak.failed(error)
    const attempt = piece.attempt + 1
    switch (isLosing ? 'fail' : judge(error, stage.running.config.effects, { rowCount: to - from, losses, isPart })) {
      case 'retry':
        return await this.#run({ ...piece, attempt, losses })
      case 'halve': {
        const middle = (from + to) >> 1
        const half = { attempt, losses: 0, isPart: true }
        return await this.#runAll([
          { ...half, from, to: middle },
          { ...half, from: middle, to },
        ])
      }
      case 'reject':
        if (this.#isLone) throw error
        return [this.#reject(piece, error)]
      case 'fail':
        throw error
    }
  }

  #reject({ from, to }: Piece, error: PipelineError): RefusedRows {
    const { stage, load, log, call } = this.#parts
    const { code, message } = error
    if (stage.told.isNew(`${code}: ${message}`)) {
      const facts = { err: error, code, stage: stage.running.name, batch: call.idempotencyKey, rowCount: to - from }
      log.warn(facts, 'Rows were rejected for what their handler did with them.')
    }
    const rejects = Array.from({ length: to - from }, (_, index) => ({ row: from + index, code, message }))
    return { kind: 'refused', load, rejects }
  }

  get #isLone(): boolean {
    const { call, load } = this.#parts
    return call.loneRow === 'failed' && load.source.batch.rowCount === 1 && load.origins === undefined
  }

  /** The call's time is over, for all its rows. Where none was begun it may be made again, whatever its effects are. */
  #overdue({ from, to, attempt }: Piece, hasBegun: boolean): PipelineError {
    const { stage, load } = this.#parts
    const { name } = stage.running
    const isUntouched = !hasBegun && attempt === 1 && to - from === load.source.batch.rowCount
    const message = `the time of the call was over ${isUntouched ? 'before' : 'in'} stage "${name}"`
    const details = { stage: name, ...(isUntouched && { notExecuted: true }) }
    const error = new PipelineError('DEADLINE_EXCEEDED', message, { details })
    this.#givenUp ??= { reason: error }
    return error
  }

  async #attempt(piece: Piece): Promise<StageAnswer> {
    const { stage, load, call, model, pool, clock } = this.#parts
    const { from, to } = piece
    if (this.#givenUp !== undefined) throw this.#givenUp.reason
    const { rowCount } = load.source.batch
    const isWhole = to - from === rowCount
    const { deadlineAtMs = Number.POSITIVE_INFINITY } = call
    const nowMs = clock.now()
    const leftMs = deadlineAtMs - nowMs - leastLeftMs
    if (leftMs < 0) throw this.#overdue(piece, false)
    const attempt = new StageAttempt({
      stage: stage.running,
      pool,
      source: load.source,
      from,
      to,
      params: call.partition,
      model,
      traceparent: call.traceparent ?? '',
      number: (call.attempt ?? 1) + piece.attempt - 1,
      part: call.part,
      idempotencyKey: isWhole ? call.idempotencyKey : `${call.idempotencyKey}/${from}-${to}`,
      nowMs,
      deadlineAtMs,
    })
    this.#open.add(attempt)
    const onLate = (): void => attempt.giveUpUnlessBegun((hasBegun) => this.#overdue(piece, hasBegun))
    const cancel = afterMs(clock, leftMs, onLate)
    try {
      attempt.send()
      return await attempt.answer
    } finally {
      cancel()
      this.#open.delete(attempt)
    }
  }
}
