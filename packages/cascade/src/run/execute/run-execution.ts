import type { Log } from '@redesmyn/core'
import type { BatchPipeline } from '@redesmyn/worker'
import type { PipelineAsset } from '../../graph/any-asset.ts'
import type { PartAttempt } from '../commit/part-attempt.ts'
import type { BlockMemory } from '../memory/block-memory.ts'
import { planFingerprint } from '../plan/plan-fingerprint.ts'
import type { Part, RunPlan } from '../plan/run-plan.ts'
import type { ReadTask } from '../read/read-messages.ts'
import type { PartSink } from '../write/part-sink.ts'
import { PartWriter } from '../write/part-writer.ts'
import { StreamWriter } from '../write/stream-writer.ts'
import type { WriteTask } from '../write/write-messages.ts'
import type { FileThreads } from './file-threads.ts'
import { PartRun } from './part-run.ts'
import type { RejectBudget } from './reject-budget.ts'
import type { RunOutput } from './run-output.ts'
import type { RunRecorder } from './run-recorder.ts'

export interface RunParts {
  readonly asset: PipelineAsset
  readonly appUrl: string
  readonly plan: RunPlan
  readonly output: RunOutput
  readonly pipeline: BatchPipeline
  readonly threads: FileThreads
  readonly memory: BlockMemory
  /** How many may be in work at once. */
  readonly partCount: number
  readonly rejectBudget: RejectBudget
  readonly recorder: RunRecorder
  readonly traceparent: string
  readonly log: Log
  readonly isOrdered: boolean
  /** Whether the rows are those that an earlier run has rejected. */
  readonly isRetry: boolean
  /** Whether all parts are written to one stream. */
  readonly isStream: boolean
}

/** A block of rows that are wide holds fewer of them. The same in every run: it decides where batches are cut. */
const batchBytes = 32 * 1024 * 1024

/** Runs all parts of a plan that are still open, some of them side by side, and commits each as it ends. */
export class RunExecution {
  readonly #parts: RunParts
  readonly #failure = new AbortController()
  readonly #open: Part[]
  /** Of the plan: the same part of another plan is other rows. */
  readonly #planKey: string
  #stream: StreamWriter | undefined

  constructor(parts: RunParts) {
    this.#parts = parts
    this.#open = [...parts.output.openParts]
    this.#planKey = planFingerprint(parts.plan)
  }

  /** Rejects with what the first part that fails met, or the signal's reason; parts that were committed stay. */
  async run(signal: AbortSignal): Promise<void> {
    const given = AbortSignal.any([signal, this.#failure.signal])
    const lanes = Array.from({ length: this.#parts.partCount }, () => this.#work(given))
    await Promise.all(lanes.map((lane) => lane.catch((error: unknown) => this.#failure.abort(error))))
    given.throwIfAborted()
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let part = this.#open.shift(); part !== undefined; part = this.#open.shift()) {
      signal.throwIfAborted()
      await this.#runPart(part, signal)
    }
  }

  async #runPart(part: Part, signal: AbortSignal): Promise<void> {
    const { output, recorder } = this.#parts
    const attempt = output.beginPart(part)
    recorder.working++
    const { rows, written } = await this.#partRun(part, attempt)
      .run(signal)
      .catch((error: unknown) => {
        // Where another run has taken over, the attempt's files are gone: no disk is to blame for that.
        throw output.lost() ?? error
      })
    await output.commit(attempt, { data: written.output, rejects: written.rejects, rows })
    recorder.working--
    recorder.partCommitted(rows)
    const facts = { part: part.index, partition: part.partition, attempt: attempt.dataName, rows }
    this.#parts.log.info(facts, 'Part committed.')
  }

  #openWriter(part: Part, attempt: PartAttempt): PartSink {
    const { threads, recorder, output, isStream } = this.#parts
    const open = (): PartSink => {
      return new PartWriter(threads, writeTask(this.#parts, part, attempt), (ms) => recorder.hasWritten(ms))
    }
    if (!isStream) return open()
    this.#stream ??= new StreamWriter(open(), output.openParts.length)
    return this.#stream.forPart()
  }

  #partRun(part: Part, attempt: PartAttempt): PartRun {
    const { asset, plan, threads, ...shared } = this.#parts
    const { path } = plan.input.files[part.file]
    return new PartRun({
      ...shared,
      part,
      partKey: `${plan.asset}-${this.#planKey}/${part.index}`,
      sourceName: asset.input.name,
      threads,
      task: readTask(this.#parts, part, path),
      writer: this.#openWriter(part, attempt),
    })
  }
}

function readTask({ asset, appUrl, plan, isRetry }: RunParts, part: Part, path: string): Omit<ReadTask, 'port'> {
  const { batchRows, input } = plan
  return {
    kind: 'read',
    format: input.format,
    appUrl,
    asset: asset.name,
    isRetry,
    request: { path, range: part.range, options: input.options, batchRows, batchBytes },
  }
}

function writeTask({ plan, isRetry }: RunParts, part: Part, attempt: PartAttempt): Omit<WriteTask, 'port'> {
  const { input, output } = plan
  return {
    kind: 'write',
    format: output.format,
    options: output.options,
    fields: output.fields,
    path: attempt.dataPath,
    opensAlways: part.index === 0,
    rejectPath: attempt.rejectsPath,
    sourceFile: input.files[part.file].path,
    isRetry,
  }
}
