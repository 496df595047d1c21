import { BatchRows, type Clock, type Field, layoutBatch, type Log, type RecordBatch } from '@redesmyn/core'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { StageRooms } from '../pipeline/stage-rooms.ts'
import type { BatchCall, RejectedRow } from './batch-pipeline.ts'
import type { Fragment } from './fragment.ts'
import { Holdings } from './holdings.ts'
import { joinFragments } from './join-fragments.ts'
import { countOrigins, type Load, originOf } from './load.ts'
import { splitByKey } from './split-by-key.ts'
import { type StageOfRun, StageSearch } from './stage-search.ts'

export interface CourseParts {
  readonly stages: readonly StageOfRun[]
  readonly pool: SlabPool
  /** Where rows are brought together that lie apart. */
  readonly rooms: StageRooms
  /** Columns of the egress; undefined where it declares none. */
  readonly output: readonly Field[] | undefined
  readonly batchRows: number
  readonly clock: Clock
  readonly log: Log
}

/** What rows of a call came to. */
export interface CourseResult {
  /** To be released; undefined where nothing is left of the rows. */
  readonly source: SlabSource | undefined
  readonly filteredRows: number
  /** By row. */
  readonly rejects: readonly RejectedRow[]
  /** The most rows that they were in any stage. */
  readonly peakRows: number
}

/** Rows on their way through the stages: one batch in every stage, whatever is lost of it on the way. */
export class BatchCourse {
  readonly #parts: CourseParts
  readonly #call: BatchCall
  readonly #holdings: Holdings
  readonly #rejects = new Map<number, RejectedRow>()
  #searches: readonly StageSearch[] = []
  #givenUp: { readonly reason: unknown } | undefined
  #peakRows = 0

  constructor(parts: CourseParts, call: BatchCall) {
    this.#parts = parts
    this.#call = call
    this.#holdings = new Holdings(parts.pool)
  }

  /** The rows come with a reference to what they lie in, which is let go of whatever comes of them. */
  async run(rows: Load): Promise<CourseResult> {
    this.#holdings.keep(rows.source)
    try {
      return await this.#run(rows)
    } catch (error) {
      this.#holdings.releaseAll()
      throw error
    }
  }

  /** Fails with this error what has not ended yet. */
  giveUp(reason: unknown): void {
    this.#givenUp ??= { reason }
    for (const search of this.#searches) search.giveUp(reason)
  }

  async #run(rows: Load): Promise<CourseResult> {
    const { rowCount } = rows.source.batch
    let load: Load | undefined = rowCount === 0 ? undefined : rows
    for (const stage of this.#parts.stages) {
      if (load === undefined) break
      if (this.#givenUp !== undefined) throw this.#givenUp.reason
      load = await this.#through(stage, load)
      this.#peakRows = Math.max(this.#peakRows, load?.source.batch.rowCount ?? 0)
    }
    const source = load?.source
    if (source === undefined) this.#holdings.releaseAll()
    else this.#holdings.handOver(source)
    const rejects = [...this.#rejects.values()].sort((one, other) => one.row - other.row)
    const filteredRows = rowCount - (load === undefined ? 0 : countOrigins(load)) - rejects.length
    return { source, filteredRows, rejects, peakRows: this.#peakRows }
  }

  async #through(stage: StageOfRun, load: Load): Promise<Load | undefined> {
    const { rooms } = this.#parts
    const loads = this.#split(stage, load)
    const fragments = await this.#search(stage, loads)
    this.#reject(stage, fragments)
    const joined = joinFragments({
      fragments,
      order: loads.length > 1 ? 'mixed' : 'kept',
      rejected: this.#rejects,
      rooms,
      onCopied: (reason, bytes) => stage.running.countCopy(reason, bytes),
    })
    if (joined !== undefined) {
      this.#holdings.keep(joined.source)
      stage.given.bytes += bytesOf(joined.source.batch)
    }
    for (const fragment of fragments) {
      if (fragment.kind === 'done' && fragment.source !== joined?.source) this.#holdings.release(fragment.source)
    }
    for (const { source } of [load, ...loads]) this.#holdings.release(source)
    return joined
  }

  /** Rows that may not share a call are apart, and nearly always there are none. */
  #split({ running }: StageOfRun, load: Load): readonly Load[] {
    const loads = splitByKey(load, running.config.batchKey, this.#parts.rooms)
    if (loads.length === 1) return loads
    for (const { source } of loads) {
      this.#holdings.keep(source)
      running.countCopy('join', source.slab.writer.byteLength)
    }
    return loads
  }

  async #search(stage: StageOfRun, loads: readonly Load[]): Promise<readonly Fragment[]> {
    const { pool, clock, log } = this.#parts
    const { idempotencyKey } = this.#call
    this.#searches = loads.map((load, index) => {
      const call = {
        ...this.#call,
        idempotencyKey: loads.length === 1 ? idempotencyKey : `${idempotencyKey}/key-${index}`,
      }
      return new StageSearch({ stage, load, call, holdings: this.#holdings, pool, clock, log })
    })
    try {
      return (await Promise.all(this.#searches.map((search) => search.run()))).flat()
    } catch (error) {
      for (const search of this.#searches) search.giveUp(error)
      throw error
    }
  }

  /** A row is rejected for the first reason that is found. */
  #reject({ running: { name } }: StageOfRun, fragments: readonly Fragment[]): void {
    for (const { load, rejects } of fragments) {
      for (const { row, code, message } of rejects) {
        const origin = originOf(load, row)
        if (!this.#rejects.has(origin)) this.#rejects.set(origin, { row: origin, stage: name, code, message })
      }
    }
  }
}

/** Of the columns, whatever room they lie in. */
function bytesOf(batch: RecordBatch): number {
  return layoutBatch(batch.fields, new BatchRows(batch).measure(0, batch.rowCount)).byteLength
}
