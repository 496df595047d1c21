import { bottleneckText } from './bottleneck.ts'
import type { ProgressForm, ProgressOutput } from './progress-form.ts'
import type { ProgressView } from './progress-view.ts'

/** One JSON object a line and second: schemas/progress-event.json. */
export class JsonProgress implements ProgressForm {
  readonly everyMs = 1_000
  readonly #output: Pick<ProgressOutput, 'write'>

  constructor(output: Pick<ProgressOutput, 'write'>) {
    this.#output = output
  }

  show(view: ProgressView): void {
    this.#output.write(`${JSON.stringify(progressEvent(view))}\n`)
  }

  write(text: string): void {
    const lines = text.split('\n').filter((line) => line !== '')
    for (const message of lines) this.#output.write(`${JSON.stringify({ event: 'message', message })}\n`)
  }

  clear(): void {}
}

function progressEvent({ status, doneShare, rowsPerSecond, etaMs, bottleneck, steps }: ProgressView) {
  const { asset, runId, elapsedMs, parts, rows, memory } = status
  return {
    event: 'progress',
    asset,
    runId,
    elapsedMs: Math.round(elapsedMs),
    doneShare: doneShare ?? null,
    etaMs: etaMs === undefined ? null : Math.round(etaMs),
    rowsPerSecond: Math.round(rowsPerSecond),
    bottleneck: bottleneckText(bottleneck) ?? null,
    parts,
    rows: { ...rows, total: rows.total ?? null },
    memory,
    steps: steps.map((step) => ({
      ...step,
      rowsPerSecond: Math.round(step.rowsPerSecond),
      busyMs: Math.round(step.busyMs),
      waitMs: Math.round(step.waitMs),
    })),
  }
}
