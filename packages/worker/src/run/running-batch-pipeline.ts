import { PipelineError } from '@redesmyn/core'
import { StageRooms } from '../pipeline/stage-rooms.ts'
import type { CourseParts } from './batch-course.ts'
import type { BatchCall, BatchOutput, BatchPipeline, RunStageStats } from './batch-pipeline.ts'
import { RunningCall } from './running-call.ts'

export type RunningBatchPipelineParts = Omit<CourseParts, 'rooms'>

/** Stages at work, and the calls that are on their way through them. */
export class RunningBatchPipeline implements BatchPipeline {
  readonly #parts: CourseParts
  /** Those of which some output is still to come. */
  readonly #calls = new Set<RunningCall>()
  /** Why it takes no more calls. */
  #ended: PipelineError | undefined
  #whenIdle: (() => void)[] = []

  constructor(parts: RunningBatchPipelineParts) {
    const rooms = new StageRooms(parts.pool, { maxRows: parts.batchRows, columnBytes: {}, output: undefined })
    this.#parts = { ...parts, rooms }
  }

  get heldBytes(): number {
    return this.#parts.pool.bytesInUse
  }

  stats(): readonly RunStageStats[] {
    return this.#parts.stages.map(({ running, given }) => ({ ...running.stats(), givenBytes: given.bytes }))
  }

  async run(call: BatchCall): Promise<BatchOutput> {
    const running = new RunningCall(this.#parts, call)
    const { signal } = call
    const onAbort = (): void => running.giveUp(signal.reason)
    const onEnd = (): void => {
      signal.removeEventListener('abort', onAbort)
      this.#leave(running)
    }
    if (this.#ended !== undefined) running.giveUp(this.#ended)
    else if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    this.#calls.add(running)
    return await this.#next(() => running.next(), onEnd)
  }

  /** A stage cannot go on, and nothing can without it. */
  fail(error: PipelineError): void {
    this.#ended ??= error
    for (const call of this.#calls) call.giveUp(error)
  }

  async stop(mode: 'drain' | 'abort'): Promise<void> {
    const error = new PipelineError('RUN_INTERRUPTED', 'the stages of the run were stopped')
    this.#ended ??= error
    if (mode === 'abort') this.fail(error)
    else if (this.#calls.size > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
    await Promise.all(this.#parts.stages.map(({ running }) => running.stop()))
  }

  async #next(next: () => Promise<BatchOutput>, onEnd: () => void): Promise<BatchOutput> {
    try {
      const output = await next()
      const { rest } = output
      if (rest !== undefined) return { ...output, rest: () => this.#next(rest, onEnd) }
      onEnd()
      return output
    } catch (error) {
      onEnd()
      throw error
    }
  }

  #leave(call: RunningCall): void {
    this.#calls.delete(call)
    if (this.#calls.size === 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
  }
}
