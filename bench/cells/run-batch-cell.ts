import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BatchContender } from '../contender/batch-contender.ts'
import { type JobSample, runJob } from '../drive/run-job.ts'
import { readWritten } from '../measure/read-scores.ts'
import type { BatchCell, PartAlone } from './batch-cell.ts'
import type { Effort } from './effort.ts'

export interface BatchRound {
  readonly ours: JobSample
  readonly theirs: JobSample
}

export interface BatchPairing {
  readonly peer: string
  readonly rounds: readonly BatchRound[]
}

/** Of a part alone: seconds of each round for the cell's rows, and of the whole subject beside it. */
export interface PartPairing {
  readonly part: string
  readonly rounds: readonly { readonly ours: JobSample; readonly partSeconds: number }[]
}

/** What a cell came to. The three lists name comparisons: made, failed with a reason, and left out with a reason. */
export interface BatchOutcome {
  readonly pairings: BatchPairing[]
  readonly parts: PartPairing[]
  readonly passed: string[]
  readonly failed: string[]
  readonly skipped: string[]
}

/** The subject beside each peer in turn, A B A B; a peer is measured also where the subject cannot run. */
export async function runBatchCell(cell: BatchCell, effort: Effort): Promise<BatchOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-batch-'))
  const run = new BatchRun(cell, effort, folder)
  try {
    return await run.run()
  } finally {
    await rm(folder, { recursive: true })
  }
}

class BatchRun {
  readonly #cell: BatchCell
  readonly #effort: Effort
  readonly #folder: string
  readonly #outcome: BatchOutcome = { pairings: [], parts: [], passed: [], failed: [], skipped: [] }

  constructor(cell: BatchCell, effort: Effort, folder: string) {
    this.#cell = cell
    this.#effort = effort
    this.#folder = folder
  }

  async run(): Promise<BatchOutcome> {
    const { subject, peers, parts } = this.#cell
    for (const peer of peers) {
      await this.#attempt(peer.name, subject.missing ?? peer.missing, () => this.#beside(peer))
    }
    for (const part of parts) {
      await this.#attempt(part.name, subject.missing ?? part.contender.missing, () => this.#besidePart(part))
    }
    return this.#outcome
  }

  async #attempt(peer: string, missing: string | undefined, compare: () => Promise<void>): Promise<void> {
    const name = `${this.#cell.name}: ${peer}`
    if (missing !== undefined) {
      this.#outcome.skipped.push(`${name}: ${missing}`)
      return
    }
    console.error(`${this.#cell.name}: ${this.#cell.subject.name} beside ${peer} …`)
    await compare().then(
      () => this.#outcome.passed.push(name),
      (error: unknown) =>
        this.#outcome.failed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
    )
  }

  async #beside(peer: BatchContender): Promise<void> {
    const rounds: BatchRound[] = []
    for (let round = 0; round < this.#effort.rounds; round++) {
      const theirs = await this.#checked(peer, 'peer')
      const ours = await this.#checked(this.#cell.subject, 'subject')
      rounds.push({ ours, theirs })
    }
    this.#outcome.pairings.push({ peer: peer.name, rounds })
  }

  async #besidePart({ name, contender }: PartAlone): Promise<void> {
    const rounds: PartPairing['rounds'][number][] = []
    for (let round = 0; round < this.#effort.rounds; round++) {
      const { stdout } = await this.#run(contender)
      const { rows, seconds }: { rows: number; seconds: number } = JSON.parse(stdout)
      const ours = await this.#checked(this.#cell.subject, 'subject')
      rounds.push({ ours, partSeconds: (seconds * this.#cell.rows) / rows })
    }
    this.#outcome.parts.push({ part: name, rounds })
  }

  async #checked(contender: BatchContender, side: 'subject' | 'peer'): Promise<JobSample> {
    const sample = await this.#run(contender)
    const complaint = this.#cell.complaint(readWritten(this.#output), side)
    if (complaint !== undefined) throw new Error(`${contender.name} wrote what is not right: ${complaint}`)
    return sample
  }

  async #run(contender: BatchContender): Promise<JobSample> {
    const { input, format, threads } = this.#cell
    return await runJob(contender, { input, format, threads, output: this.#output })
  }

  get #output(): string {
    return join(this.#folder, 'output')
  }
}
