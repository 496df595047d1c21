import {
  BatchRows,
  type Clock,
  type Field,
  layoutBatch,
  type Log,
  type ModelRef,
  type PathParams,
  type PipelineError,
  type RecordBatch,
} from '@redesmyn/core'
import type { SlabPool } from '../memory/slab-pool.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { StageRooms } from '../pipeline/stage-rooms.ts'
import type { BatchCall, RejectedRow } from './batch-pipeline.ts'
import type { Fragment } from './fragment.ts'
import { Holdings } from './holdings.ts'
import { joinFragments } from './join-fragments.ts'
import { joinLoads } from './join-loads.ts'
import { countOrigins, type Load, originOf } from './load.ts'
import { findModel } from './find-model.ts'
import type { ModelResolver } from './run-models.ts'
import { splitByKey } from './split-by-key.ts'
import { splitByPartition } from './split-by-partition.ts'
import { type StageOfRun, StageSearch } from './stage-search.ts'

export interface CourseParts {
  readonly stages: readonly StageOfRun[]
  readonly pool: SlabPool
  /** Where rows are brought together that lie apart. */
  readonly rooms: StageRooms
  /** Columns of the egress; undefined where it declares none. */
  readonly output: readonly Field[] | undefined
  readonly batchRows: number
  /** Columns that keep the rows of a call apart in all stages; undefined: they may differ in all. */
  readonly partitionBy: readonly string[] | undefined
  /** Undefined where no stage takes a model. */
  readonly models: ModelResolver | undefined
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

/** What rows still have before them. */
interface Way {
  readonly stages: readonly StageOfRun[]
  /** Whether they came apart for the first of the stages already. */
  readonly isParted: boolean
  readonly params: PathParams
  readonly idempotencyKey: string
}

/** Rows on their way through the stages: one batch in every stage, whatever is lost of it on the way. */
export class BatchCourse {
  readonly #parts: CourseParts
  readonly #call: BatchCall
  readonly #holdings: Holdings
  readonly #rejects = new Map<number, RejectedRow>()
  readonly #searches = new Set<StageSearch>()
  /** How many rows each stage gave, whichever partitions they are of. */
  readonly #givenRows = new Map<StageOfRun, number>()
  #givenUp: { readonly reason: unknown } | undefined

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
    const { stages, partitionBy } = this.#parts
    const { partition: params, idempotencyKey } = this.#call
    const way = { stages, isParted: false, params, idempotencyKey }
    let load: Load | undefined
    if (rowCount > 0 && partitionBy === undefined) load = await this.#through(way, rows)
    else if (rowCount > 0 && partitionBy !== undefined) load = await this.#apart(way, rows, partitionBy)
    const source = load?.source
    if (source === undefined) this.#holdings.releaseAll()
    else this.#holdings.handOver(source)
    const rejects = [...this.#rejects.values()].sort((one, other) => one.row - other.row)
    const filteredRows = rowCount - (load === undefined ? 0 : countOrigins(load)) - rejects.length
    return { source, filteredRows, rejects, peakRows: Math.max(0, ...this.#givenRows.values()) }
  }

  async #through(way: Way, rows: Load): Promise<Load | undefined> {
    let load: Load | undefined = rows
    for (const [index, stage] of way.stages.entries()) {
      if (load === undefined) return undefined
      const { partitionBy } = stage.running.config
      if (partitionBy !== undefined && !(way.isParted && index === 0)) {
        return await this.#apart({ ...way, stages: way.stages.slice(index), isParted: true }, load, partitionBy)
      }
      load = await this.#inStage(stage, way, load)
      const { rowCount } = load?.source.batch ?? { rowCount: 0 }
      this.#givenRows.set(stage, (this.#givenRows.get(stage) ?? 0) + rowCount)
    }
    return load
  }

  /** Each partition by itself, from here to the last stage; all of them at the same time. */
  async #apart(way: Way, load: Load, by: readonly string[]): Promise<Load | undefined> {
    const { rooms } = this.#parts
    const [{ running }] = way.stages
    const parted = splitByPartition(load, by, rooms)
    const [{ values }] = parted
    if (parted.length === 1) return await this.#through({ ...way, params: { ...way.params, ...values } }, load)
    this.#holdPicked(
      running,
      load,
      parted.map((one) => one.load),
    )
    const ways = parted.map((one, index) => {
      const idempotencyKey = `${way.idempotencyKey}/partition-${index}`
      return this.#through({ ...way, params: { ...way.params, ...one.values }, idempotencyKey }, one.load)
    })
    const given = await this.#all(ways)
    const joined = joinLoads(given, rooms)
    for (const { source } of given) if (source !== joined?.source) this.#holdings.release(source)
    if (joined === undefined || given.length === 1) return joined
    this.#holdings.keep(joined.source)
    running.countCopy('join', joined.source.slab.writer.byteLength)
    return joined
  }

  /** Where one fails nobody wants what the others come to, and what they hold is let go of when they have ended too. */
  async #all(ways: readonly Promise<Load | undefined>[]): Promise<readonly Load[]> {
    const settled = await Promise.allSettled(ways.map((way) => way.catch((error: unknown) => this.#fail(error))))
    if (this.#givenUp !== undefined) throw this.#givenUp.reason
    return settled.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []))
  }

  #fail(error: unknown): never {
    this.giveUp(error)
    throw error
  }

  async #inStage(stage: StageOfRun, way: Way, load: Load): Promise<Load | undefined> {
    const { rooms, models, log } = this.#parts
    const model = models?.stage === stage.running.name ? await findModel(models, way.params) : undefined
    if (model?.kind === 'none') {
      const { code, message } = model.error
      log.warn({ code, stage: stage.running.name, params: way.params }, `Rows were rejected: ${message}.`)
      return this.#rejectAll(stage, load, model.error)
    }
    if (this.#givenUp !== undefined) throw this.#givenUp.reason
    const loads = splitByKey(load, stage.running.config.batchKey, rooms)
    if (loads.length > 1) this.#holdPicked(stage.running, load, loads)
    const fragments = await this.#search(stage, { way, loads, model: model?.ref })
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

  /** Rows of a load lie in copies of their own from here on. */
  #holdPicked(running: StageOfRun['running'], load: Load, picked: readonly Load[]): void {
    for (const { source } of picked) {
      this.#holdings.keep(source)
      running.countCopy('join', source.slab.writer.byteLength)
    }
    this.#holdings.release(load.source)
  }

  async #search(stage: StageOfRun, { way, loads, model }: RowsInStage): Promise<readonly Fragment[]> {
    const { pool, clock, log } = this.#parts
    const { params: partition, idempotencyKey: key } = way
    const searches = loads.map((load, index) => {
      const idempotencyKey = loads.length === 1 ? key : `${key}/key-${index}`
      const call = { ...this.#call, partition, idempotencyKey }
      return new StageSearch({ stage, load, call, model, holdings: this.#holdings, pool, clock, log })
    })
    for (const search of searches) this.#searches.add(search)
    try {
      return (await Promise.all(searches.map((search) => search.run()))).flat()
    } catch (error) {
      for (const search of searches) search.giveUp(error)
      throw error
    } finally {
      for (const search of searches) this.#searches.delete(search)
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

  #rejectAll(stage: StageOfRun, load: Load, { code, message }: PipelineError): undefined {
    const rejects = Array.from({ length: load.source.batch.rowCount }, (_, row) => ({ row, code, message }))
    this.#reject(stage, [{ kind: 'refused', load, rejects }])
    this.#holdings.release(load.source)
  }
}

/** Rows in one stage: those that may share a call of it together. */
interface RowsInStage {
  readonly way: Way
  readonly loads: readonly Load[]
  readonly model: ModelRef | undefined
}

/** Of the columns, whatever room they lie in. */
function bytesOf(batch: RecordBatch): number {
  return layoutBatch(batch.fields, new BatchRows(batch).measure(0, batch.rowCount)).byteLength
}
