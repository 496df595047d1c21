import { type Field, layoutBatch, RecordBatch } from '@redesmyn/core'
import { releaseOnce } from '../memory/release-once.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import { BatchCourse, type CourseParts, type CourseResult } from './batch-course.ts'
import type { BatchCall, BatchOutput } from './batch-pipeline.ts'
import { gatherRanges } from './gather-rows.ts'
import { blockSource, sliceOf } from './load.ts'
import { SliceSizes } from './slice-sizes.ts'

/** A copy of these takes some 30 µs. */
const smallBytes = 256 * 1024

/** Output of a slice that was not asked for yet. */
interface Waiting extends CourseResult {
  /** First row that was not handed out. */
  readonly from: number
}

/**
 * One call: its rows go through the stages at once or, where a stage makes many rows of one, in slices that come to a
 * batch each, the next when it is asked for.
 */
export class RunningCall {
  readonly #parts: CourseParts
  readonly #call: BatchCall
  /** Held as long as there is something to come. */
  readonly #rows: SlabSource
  /** Undefined where all rows go at once. */
  readonly #sizes: SliceSizes | undefined
  /** First row that was not sent. */
  #from = 0
  #waiting: Waiting | undefined
  #course: BatchCourse | undefined
  #givenUp: { readonly reason: unknown } | undefined
  #isOver = false

  constructor(parts: CourseParts, call: BatchCall) {
    this.#parts = parts
    this.#call = call
    this.#rows = rowsOf(parts, call)
    const explodes = parts.stages.some(({ running }) => running.config.returns === 'explode')
    this.#sizes = explodes ? new SliceSizes(parts.batchRows) : undefined
  }

  /** The next batch of output, of as many rows as a batch has at most. */
  async next(): Promise<BatchOutput> {
    try {
      if (this.#givenUp !== undefined) throw this.#givenUp.reason
      const output = this.#take(this.#waiting ?? { ...(await this.#runSlice()), from: 0 })
      if (this.#waiting !== undefined || this.#from < this.#call.rows.rowCount) {
        return { ...output, rest: () => this.next() }
      }
      this.#end()
      return output
    } catch (error) {
      this.#end()
      throw error
    }
  }

  /** Fails what is under way with this error, and lets go of what was not asked for. */
  giveUp(reason: unknown): void {
    this.#givenUp ??= { reason }
    if (this.#course === undefined) this.#end()
    else this.#course.giveUp(reason)
  }

  async #runSlice(): Promise<CourseResult> {
    const { idempotencyKey, rows } = this.#call
    const from = this.#from
    const to = Math.min(rows.rowCount, from + (this.#sizes?.next ?? rows.rowCount))
    const key = to - from === rows.rowCount ? idempotencyKey : `${idempotencyKey}/${from}-${to}`
    this.#course = new BatchCourse(this.#parts, { ...this.#call, idempotencyKey: key })
    try {
      const result = await this.#course.run(sliceOf(this.#rows, from, to))
      this.#sizes?.learn(to - from, result.peakRows)
      this.#from = to
      return result
    } finally {
      this.#course = undefined
    }
  }

  /** More than one batch only where a few rows were exploded to more than expected. */
  #take({ source, filteredRows, rejects, peakRows, from }: Waiting): BatchOutput {
    const { pool, batchRows, output } = this.#parts
    if (source === undefined)
      return { batch: emptyBatch(output ?? []), filteredRows, rejects, release: () => undefined }
    const { batch, slab } = source
    const to = this.#sizes === undefined ? batch.rowCount : Math.min(from + batchRows, batch.rowCount)
    const isLast = to === batch.rowCount
    // The last view has the reference of the whole.
    if (!isLast) slab.retain()
    this.#waiting = isLast ? undefined : { source, filteredRows: 0, rejects: [], peakRows, from: to }
    const view = to - from === batch.rowCount ? batch : batch.slice(from, to)
    return { batch: view, filteredRows, rejects, release: releaseOnce(() => pool.release(slab)) }
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { pool } = this.#parts
    if (this.#waiting?.source !== undefined) pool.release(this.#waiting.source.slab)
    pool.release(this.#rows.slab)
  }
}

/**
 * Where the reader left them; few of them by a copy. A thread has to be told of each buffer that it reads and did not know,
 * which takes longer than copying so few bytes into a slab that it does.
 */
function rowsOf({ pool, rooms }: CourseParts, { rows, onFree }: BatchCall): SlabSource {
  const isSmall = rows.rowCount > 0 && rows.buffer.byteLength <= smallBytes
  const source = blockSource(
    rows,
    pool.hold(() => onFree?.()),
  )
  if (!isSmall) return source
  const copied = gatherRanges([{ batch: source.batch, from: 0, to: rows.rowCount }], rooms)
  pool.release(source.slab)
  return copied
}

function emptyBatch(fields: readonly Field[]): RecordBatch {
  const layout = layoutBatch(fields, { rows: 0, variable: [] })
  return new RecordBatch(layout, new SharedArrayBuffer(layout.byteLength), 0)
}
