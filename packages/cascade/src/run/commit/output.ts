import { join } from 'node:path'
import { type Clock, PipelineError } from '@redesmyn/core'
import { LogHistogram } from '@redesmyn/worker'
import type { Part, RunPlan } from '../plan/run-plan.ts'
import { commitPart, type PartOutcome } from './commit-part.ts'
import type { CommitRecord, RowCounts } from './commit-record.ts'
import type { DurableFiles } from './durable-files.ts'
import { type Epoch, epochPath } from './epoch.ts'
import { type EpochLease, lostPlace } from './epoch-lease.ts'
import { sumRows } from './manifest.ts'
import type { OutputPaths } from './output-paths.ts'
import { type AttemptNaming, nameAttempt, type PartAttempt } from './part-attempt.ts'
import { readRecords } from './read-records.ts'
import { sinkFailed } from './sink-failed.ts'

export interface OutputParts {
  readonly plan: RunPlan
  /** What this run is to make of it. */
  readonly selected: readonly Part[]
  readonly paths: OutputPaths
  readonly files: DurableFiles
  readonly epoch: Epoch
  readonly lease: EpochLease
  readonly extension: string
  readonly rejectsExtension: string
  readonly clock: Clock
  /** UTC, ISO 8601. */
  readonly isoTime: () => string
  /** Of the run that makes it; undefined where none does. */
  readonly traceId: string | undefined
  /** Makes a complete output known as such; returns where it then lies. */
  readonly publish: (records: readonly CommitRecord[], staging: string) => Promise<OutputPaths>
}

/** An output that this run holds: it says which parts are open, commits them, and makes the whole known. */
export class Output {
  readonly #parts: OutputParts
  readonly #committed: Map<number, CommitRecord>
  readonly #tries = new Map<number, number>()
  #paths: OutputPaths
  /** A commit failed half-way: what it left is for the next run to remove. */
  #isClean = true
  #isClosed = false
  /** Selected parts that were committed before this run began. */
  readonly skippedCount: number
  /** Rows of the input in them. */
  readonly skippedRows: number
  /** How long the commits of this run took, each from closed files to a record that is on disk. */
  readonly commitTimes = new LogHistogram()
  /** What this run is to make, in the plan's order. */
  readonly openParts: readonly Part[]

  constructor(parts: OutputParts) {
    this.#parts = parts
    this.#paths = parts.paths
    this.#committed = new Map(readRecords(parts.paths).map((record) => [record.part, record]))
    this.openParts = parts.selected.filter(({ index }) => !this.#committed.has(index))
    const skipped = parts.selected.flatMap(({ index }) => this.#committed.get(index) ?? [])
    this.skippedCount = skipped.length
    this.skippedRows = sumRows(skipped).in
  }

  /** Rows of all committed parts of the output, those of earlier runs included. */
  get rows(): RowCounts {
    return sumRows(this.#committed.values())
  }

  /** Parts that are committed, those of earlier runs included. */
  get committedCount(): number {
    return this.#committed.size
  }

  /** Names for one more try at a part. Its files are the caller's until they are committed or given up. */
  beginPart(part: Part): PartAttempt {
    const tryNumber = (this.#tries.get(part.index) ?? 0) + 1
    this.#tries.set(part.index, tryNumber)
    return nameAttempt(part, tryNumber, this.#naming())
  }

  /**
   * The error of a run whose place another has taken; undefined while it holds the output. Ask before blaming the disk:
   * a file of an attempt can then be neither opened nor found.
   */
  lost(): PipelineError | undefined {
    return lostPlace(this.#paths, this.#parts.epoch)
  }

  /**
   * Commits a part whose files are closed and on disk. `elsewhere`: another run had committed it before, and this one's
   * files are gone. Throws OUTPUT_LOCKED where another run has taken over, SINK_FAILED naming a file that could not be
   * written, INTERNAL where rows don't add up.
   */
  async commit(attempt: PartAttempt, outcome: PartOutcome): Promise<'committed' | 'elsewhere'> {
    if (this.#isClosed) throw new PipelineError('LIFECYCLE_MISUSE', 'a part was committed after the output was closed')
    const { plan, files, epoch, traceId, clock, isoTime } = this.#parts
    const begunMs = clock.now()
    const place = { paths: this.#paths, files, partCount: plan.parts.length }
    const facts = {
      source: sourceOf(plan, attempt.part),
      codeVersion: plan.codeVersion,
      run: epoch.run,
      ...(traceId !== undefined && { trace: traceId }),
      epoch: epoch.epoch,
      committedAt: isoTime(),
    }
    try {
      const { record, isOurs } = await commitPart(place, attempt, outcome, facts)
      this.#committed.set(record.part, record)
      this.commitTimes.add(clock.now() - begunMs)
      return isOurs ? 'committed' : 'elsewhere'
    } catch (error) {
      this.#isClean = false
      throw this.lost() ?? error
    }
  }

  /**
   * To be called when every open part is committed. `completed`: all parts of the plan are, and manifest and _SUCCESS are
   * written. `partial`: parts are open that this run was not to make.
   */
  async finish(): Promise<'completed' | 'partial'> {
    const { plan, paths, epoch } = this.#parts
    const records = readRecords(this.#paths)
    if (epoch.shard !== undefined || records.length < plan.parts.length) return 'partial'
    const staging = join(paths.attempts, epoch.token)
    try {
      // What was removed stays so: nobody looks through a complete output for leftovers.
      await this.#parts.files.syncFolder(staging)
      this.#paths = await this.#parts.publish(records, staging)
    } catch (error) {
      throw this.lost() ?? error
    }
    return 'completed'
  }

  /** Lets go of the output. What was not committed is removed; the next run may begin at once. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const { files, epoch, lease } = this.#parts
    await lease.stop()
    try {
      await closeEpoch(this.#paths, files, epoch, this.#isClean)
    } catch (error) {
      // Whoever took over has closed it for us.
      if (this.lost() === undefined) throw error
    }
  }

  #naming(): AttemptNaming {
    const { plan, epoch, extension, rejectsExtension } = this.#parts
    return { paths: this.#paths, partCount: plan.parts.length, token: epoch.token, extension, rejectsExtension }
  }
}

/** Ends an epoch from within: it says so, and its folder of attempts goes. */
export async function closeEpoch(
  paths: OutputPaths,
  files: DurableFiles,
  epoch: Epoch,
  isClean: boolean,
): Promise<void> {
  const staged = join(paths.attempts, epoch.token, '.closed')
  const path = epochPath(paths.epochs, epoch.epoch)
  try {
    await files.write(staged, `${JSON.stringify({ ...epoch, ended: isClean ? 'clean' : 'unclean' })}\n`)
    await files.rename(staged, path)
    await files.removeFolder(join(paths.rejectAttempts, epoch.token))
    await files.removeFolder(join(paths.attempts, epoch.token))
  } catch (error) {
    throw sinkFailed(path, error)
  }
}

function sourceOf(plan: RunPlan, { file, range }: Part): CommitRecord['source'] {
  const text = range.kind === 'groups' ? `groups ${range.from}-${range.to}` : `bytes ${range.start}-${range.end}`
  return { file: plan.input.files[file]?.path ?? '', range: text }
}
