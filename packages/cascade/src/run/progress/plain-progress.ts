import { bottleneckText } from './bottleneck.ts'
import { formatCount, formatDuration, formatNumberOf, formatShort } from './figures.ts'
import type { ProgressForm, ProgressOutput } from './progress-form.ts'
import type { ProgressView } from './progress-view.ts'

/** A line every 5 s, for logs and for whoever reads them later. */
export class PlainProgress implements ProgressForm {
  readonly everyMs = 5_000
  readonly #output: Pick<ProgressOutput, 'write'>

  constructor(output: Pick<ProgressOutput, 'write'>) {
    this.#output = output
  }

  show(view: ProgressView): void {
    this.#output.write(`${plainLine(view)}\n`)
  }

  write(text: string): void {
    this.#output.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  clear(): void {}
}

function plainLine(view: ProgressView): string {
  const { status, doneShare, rowsPerSecond, etaMs, rejects } = view
  const { asset, parts, rows, elapsedMs } = status
  const slowest = bottleneckText(view.bottleneck)
  const facts = [
    doneShare === undefined ? undefined : `${Math.floor(doneShare * 100)}%`,
    `${formatCount(parts.committed)} of ${formatNumberOf(parts.total, 'part')}`,
    formatNumberOf(rows.atStart + rows.done, 'row'),
    `${formatShort(rowsPerSecond)} rows/s`,
    rejects === 0 ? undefined : `${formatCount(rejects)} rejected`,
    slowest === undefined ? undefined : `slowest: ${slowest}`,
    `after ${formatDuration(elapsedMs)}`,
    etaMs === undefined ? undefined : `${formatDuration(etaMs)} to go`,
  ]
  return `${asset}: ${facts.filter((fact) => fact !== undefined).join(', ')}`
}
