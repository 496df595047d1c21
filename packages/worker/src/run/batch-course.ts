import type { Clock, Field, Log } from '@redesmyn/core'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { StageRooms } from '../pipeline/stage-rooms.ts'
import type { BatchCall, RejectedRow } from './batch-pipeline.ts'
import type { Fragment } from './fragment.ts'
import { Holdings } from './holdings.ts'
import { joinFragments } from './join-fragments.ts'
import { countOrigins, type Load, originOf } from './load.ts'
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
  #search: StageSearch | undefined
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
    this.#search?.giveUp(reason)
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
    const { pool, clock, log, rooms } = this.#parts
    const search = new StageSearch({ stage, load, call: this.#call, holdings: this.#holdings, pool, clock, log })
    this.#search = search
    const fragments = await search.run()
    this.#reject(stage, load, fragments)
    const joined = joinFragments({
      load,
      fragments,
      rejected: this.#rejects,
      rooms,
      onCopied: (reason, bytes) => stage.running.countCopy(reason, bytes),
    })
    if (joined !== undefined) this.#holdings.keep(joined.source)
    for (const fragment of fragments) {
      if (fragment.kind === 'done' && fragment.source !== joined?.source) this.#holdings.release(fragment.source)
    }
    this.#holdings.release(load.source)
    return joined
  }

  /** A row is rejected for the first reason that is found. */
  #reject({ running: { name } }: StageOfRun, load: Load, fragments: readonly Fragment[]): void {
    for (const { rejects } of fragments) {
      for (const { row, code, message } of rejects) {
        const origin = originOf(load, row)
        if (!this.#rejects.has(origin)) this.#rejects.set(origin, { row: origin, stage: name, code, message })
      }
    }
  }
}
