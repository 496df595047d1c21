import { join } from 'node:path'
import { LogHistogram } from '@redesmyn/worker'
import type { PartOutcome } from '../commit/commit-part.ts'
import type { RowCounts } from '../commit/commit-record.ts'
import { sumRows } from '../commit/manifest.ts'
import type { PartAttempt } from '../commit/part-attempt.ts'
import type { RunOutput } from '../execute/run-output.ts'
import type { Part, RunPlan } from '../plan/run-plan.ts'
import { streamPath } from './asset-places.ts'

/** The standard output in the place of a folder: nothing is committed to it, and nothing of it is gone on with. */
export class StreamOutput implements RunOutput {
  readonly openParts: readonly Part[]
  readonly skippedCount = 0
  readonly skippedRows = 0
  readonly commitTimes = new LogHistogram()
  readonly #rejectsFolder: string
  readonly #rejectsName: string
  readonly #isWhole: boolean
  readonly #rows: RowCounts[] = []

  /** Rejects of each run have a file of their own: runs of streams do not follow each other. */
  constructor({ output, parts }: RunPlan, selected: readonly Part[], runId: string) {
    this.openParts = selected
    this.#rejectsFolder = output.rejectsFolder
    this.#rejectsName = `rejected-${runId}.ndjson`
    this.#isWhole = selected.length === parts.length
  }

  get rows(): RowCounts {
    return sumRows(this.#rows.map((rows) => ({ rows })))
  }

  get committedCount(): number {
    return this.#rows.length
  }

  /** The same for every part: all have one writer. */
  beginPart(part: Part): PartAttempt {
    const rejectsName = this.#rejectsName
    const rejectsPath = join(this.#rejectsFolder, rejectsName)
    return { part, dataPath: streamPath, dataName: streamPath, rejectsPath, rejectsName, recordPath: '' }
  }

  async commit(_: PartAttempt, { rows }: PartOutcome): Promise<'committed'> {
    this.#rows.push(rows)
    return 'committed'
  }

  async finish(): Promise<'completed' | 'partial'> {
    return this.#isWhole ? 'completed' : 'partial'
  }

  lost(): undefined {}

  async close(): Promise<void> {}
}
