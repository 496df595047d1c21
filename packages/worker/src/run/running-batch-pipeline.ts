import { PipelineError } from '@redesmyn/core'
import { StageRooms } from '../pipeline/stage-rooms.ts'
import type { StageStats } from '../pipeline/stage-stats.ts'
import { BatchCourse, type CourseParts } from './batch-course.ts'
import type { BatchCall, BatchOutput, BatchPipeline } from './batch-pipeline.ts'

export type RunningBatchPipelineParts = Omit<CourseParts, 'rooms'>

/** Stages at work, and the calls that are on their way through them. */
export class RunningBatchPipeline implements BatchPipeline {
  readonly #parts: CourseParts
  readonly #courses = new Map<BatchCourse, Promise<BatchOutput>>()
  /** Why it takes no more calls. */
  #ended: PipelineError | undefined

  constructor(parts: RunningBatchPipelineParts) {
    const rooms = new StageRooms(parts.pool, { maxRows: parts.batchRows, columnBytes: {}, output: undefined })
    this.#parts = { ...parts, rooms }
  }

  get heldBytes(): number {
    return this.#parts.pool.bytesInUse
  }

  stats(): readonly StageStats[] {
    return this.#parts.stages.map((stage) => stage.stats())
  }

  async run(call: BatchCall): Promise<BatchOutput> {
    const course = new BatchCourse(this.#parts, call)
    const { signal } = call
    const onAbort = (): void => course.giveUp(signal.reason)
    if (this.#ended !== undefined) course.giveUp(this.#ended)
    else if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    const ran = course.run()
    this.#courses.set(course, ran)
    try {
      return await ran
    } finally {
      this.#courses.delete(course)
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** A stage cannot go on, and nothing can without it. */
  fail(error: PipelineError): void {
    this.#ended ??= error
    for (const course of this.#courses.keys()) course.giveUp(error)
  }

  async stop(mode: 'drain' | 'abort'): Promise<void> {
    const error = new PipelineError('RUN_INTERRUPTED', 'the stages of the run were stopped')
    this.#ended ??= error
    if (mode === 'abort') this.fail(error)
    await Promise.allSettled(this.#courses.values())
    await Promise.all(this.#parts.stages.map((stage) => stage.stop()))
  }
}
