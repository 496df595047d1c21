import { type Bottleneck, findBottleneck } from './bottleneck.ts'
import type { ProgressView } from './progress-view.ts'
import type { RunStatus, StepStatus } from './run-status.ts'

/** Speeds are those of the last seconds; the time that is left is told by more of them, so that it does not jump. */
const speedWindowMs = 5_000
const etaWindowMs = 30_000

/** Statuses closer to each other than this are one to remember. */
const sampleGapMs = 90

/** Turns statuses of one run, in order, into what is shown of them. It reads no clock: a status says its own time. */
export class ProgressMeter {
  #samples: RunStatus[] = []

  observe(status: RunStatus): ProgressView {
    this.#remember(status)
    const recent = this.#since(status.elapsedMs - speedWindowMs)
    const spanMs = status.elapsedMs - recent.elapsedMs
    return {
      status,
      doneShare: shareOf(status),
      rowsPerSecond: perSecond(status.rows.done - recent.rows.done, spanMs),
      etaMs: this.#etaMs(status),
      bottleneck: recentBottleneck(status, recent),
      rejects: status.steps.reduce((sum, { rejects }) => sum + rejects, 0),
      steps: status.steps.map((step, index) => ({
        ...step,
        rowsPerSecond: perSecond(step.rows - (recent.steps[index]?.rows ?? 0), spanMs),
      })),
    }
  }

  #remember(status: RunStatus): void {
    if (this.#samples.length === 0) this.#samples.push(beginOf(status))
    const last = this.#samples[this.#samples.length - 1]
    if (status.elapsedMs - last.elapsedMs < sampleGapMs) return
    this.#samples.push(status)
    const oldestMs = status.elapsedMs - etaWindowMs
    while (this.#samples.length > 2 && this.#samples[1].elapsedMs <= oldestMs) this.#samples.shift()
  }

  /** The latest sample at or before that time, else the oldest. */
  #since(elapsedMs: number): RunStatus {
    let found = this.#samples[0]
    for (const sample of this.#samples) if (sample.elapsedMs <= elapsedMs) found = sample
    return found
  }

  /** What was done before this run says nothing about its speed. */
  #etaMs(status: RunStatus): number | undefined {
    const total = totalRowsOf(status)
    if (total === undefined) return undefined
    const { rows, elapsedMs } = status
    const left = Math.max(0, total - rows.atStart - rows.done)
    if (left === 0) return 0
    const [first] = this.#samples
    const speed = perSecond(rows.done - first.rows.done, elapsedMs - first.elapsedMs)
    return speed === 0 ? undefined : (left / speed) * 1000
  }
}

/** Where no status was seen yet, a run began at 0 with nothing done. */
function beginOf(status: RunStatus): RunStatus {
  return {
    ...status,
    elapsedMs: 0,
    rows: { ...status.rows, done: 0 },
    steps: status.steps.map((step) => ({ ...step, rows: 0, busyMs: 0 })),
  }
}

function recentBottleneck(status: RunStatus, recent: RunStatus): Bottleneck | undefined {
  const work = status.steps.map((step: StepStatus, index) => ({
    ...step,
    busyMs: step.busyMs - (recent.steps[index]?.busyMs ?? 0),
  }))
  return findBottleneck(work, status.elapsedMs - recent.elapsedMs)
}

function shareOf(status: RunStatus): number | undefined {
  const { parts, rows } = status
  if (parts.total > 0 && parts.committed === parts.total) return 1
  const total = totalRowsOf(status)
  if (total === undefined) return parts.total === 0 ? undefined : parts.committed / parts.total
  return total === 0 ? undefined : Math.min(1, (rows.atStart + rows.done) / total)
}

/** Where the files do not say, parts that are done stand for those to come. */
function totalRowsOf({ parts, rows }: RunStatus): number | undefined {
  if (rows.total !== undefined) return rows.total
  return parts.committed === 0 ? undefined : (rows.committed / parts.committed) * parts.total
}

function perSecond(count: number, spanMs: number): number {
  return spanMs <= 0 ? 0 : Math.max(0, (count / spanMs) * 1000)
}
