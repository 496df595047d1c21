import { type Clock, type Field, layoutBatch, type Log, RecordBatch } from '@redesmyn/core'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { RunningStage } from '../pipeline/running-stage.ts'
import type { StageRooms } from '../pipeline/stage-rooms.ts'
import type { BatchCall, BatchOutput, RejectedRow } from './batch-pipeline.ts'
import type { Fragment } from './fragment.ts'
import { Holdings } from './holdings.ts'
import { joinFragments } from './join-fragments.ts'
import { ingressSource, type Load, originOf } from './load.ts'
import { StageSearch } from './stage-search.ts'

export interface CourseParts {
  readonly stages: readonly RunningStage[]
  readonly pool: SlabPool
  /** Where rows are brought together that lie apart. */
  readonly rooms: StageRooms
  /** Columns of the egress; undefined where its schema declares none. */
  readonly output: readonly Field[] | undefined
  readonly batchRows: number
  readonly clock: Clock
  readonly log: Log
}

/** One call on its way through the stages: one batch in every stage, whatever is lost of it on the way. */
export class BatchCourse {
  readonly #parts: CourseParts
  readonly #call: BatchCall
  readonly #holdings: Holdings
  readonly #rejects = new Map<number, RejectedRow>()
  #search: StageSearch | undefined
  #givenUp: { readonly reason: unknown } | undefined

  constructor(parts: CourseParts, call: BatchCall) {
    this.#parts = parts
    this.#call = call
    this.#holdings = new Holdings(parts.pool)
  }

  async run(): Promise<BatchOutput> {
    try {
      return await this.#run()
    } catch (error) {
      this.#holdings.releaseAll()
      throw error
    }
  }

  /** Ends the call with this error. */
  giveUp(reason: unknown): void {
    this.#givenUp ??= { reason }
    this.#search?.giveUp(reason)
  }

  async #run(): Promise<BatchOutput> {
    const { rows } = this.#call
    const { stages, pool } = this.#parts
    const source = ingressSource(
      rows,
      pool.hold(() => this.#call.onFree?.()),
    )
    this.#holdings.keep(source)
    let load: Load = { source, origins: undefined }
    for (const stage of stages) {
      if (this.#givenUp !== undefined) throw this.#givenUp.reason
      if (load.source.batch.rowCount === 0) break
      load = await this.#through(stage, load)
    }
    return this.#output(load)
  }

  async #through(stage: RunningStage, load: Load): Promise<Load> {
    const { batchRows, pool, clock, log, rooms } = this.#parts
    const search = new StageSearch({ stage, load, call: this.#call, holdings: this.#holdings, pool, clock, log })
    this.#search = search
    const fragments = await search.run(batchRows)
    this.#reject(stage, load, fragments)
    const joined = joinFragments({ load, fragments, rejected: this.#rejects, rooms })
    for (const fragment of fragments) {
      if (fragment.kind === 'done' && fragment.source !== joined.source) this.#holdings.release(fragment.source)
    }
    this.#holdings.keep(joined.source)
    this.#holdings.release(load.source)
    return joined
  }

  #reject({ name: stage }: RunningStage, load: Load, fragments: readonly Fragment[]): void {
    for (const { rejects } of fragments) {
      for (const { row, code, message } of rejects) {
        const origin = originOf(load, row)
        if (!this.#rejects.has(origin)) this.#rejects.set(origin, { row: origin, stage, code, message })
      }
    }
  }

  #output(load: Load): BatchOutput {
    const { source } = load
    const isEmpty = source.batch.rowCount === 0
    if (isEmpty) this.#holdings.releaseAll()
    const rejects = [...this.#rejects.values()].sort((one, other) => one.row - other.row)
    return {
      batch: isEmpty ? emptyBatch(this.#parts.output ?? []) : source.batch,
      filteredRows: this.#call.rows.rowCount - countOrigins(load) - rejects.length,
      rejects,
      release: () => this.#holdings.release(source),
    }
  }
}

/** How many rows of the call have come through. */
function countOrigins({ source, origins }: Load): number {
  if (origins === undefined) return source.batch.rowCount
  let count = 0
  for (let row = 0; row < origins.length; row++) if (row === 0 || origins[row] !== origins[row - 1]) count++
  return count
}

function emptyBatch(fields: readonly Field[]): RecordBatch {
  const layout = layoutBatch(fields, { rows: 0, variable: [] })
  return new RecordBatch(layout, new SharedArrayBuffer(layout.byteLength), 0)
}
