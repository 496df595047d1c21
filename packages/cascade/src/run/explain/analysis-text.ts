import { bottleneckText, busyShareOf, overallBottleneck } from '../progress/bottleneck.ts'
import { formatCount, formatElapsed, formatNumberOf, formatShort, formatSize } from '../progress/figures.ts'
import type { StepStatus } from '../progress/run-status.ts'
import type { RunReport } from '../run-report.ts'

const heads = ['step', 'rows in', 'rows out', 'rejected', 'rows/s', 'work', 'busy', 'waited', 'bytes', 'blocked on']

/** Where the time of a run went, for people. */
export function analysisText(report: RunReport): string {
  const { asset, steps, elapsedMs, commits } = report
  const rows = [heads, ...steps.map((step) => stepRow(step, elapsedMs))]
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const lines = rows.map((row) =>
    row
      .map((text, column) =>
        column === 0 || column === heads.length - 1 ? text.padEnd(widths[column]) : text.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  )
  const head = `${asset}: ${formatElapsed(elapsedMs)}; ${formatNumberOf(commits.count, 'commit')}: ${formatElapsed(commits.totalMs)}`
  return `${[head, '', ...lines, '', conclusion(report)].join('\n')}\n`
}

function stepRow(step: StepStatus, elapsedMs: number): readonly string[] {
  const share = Math.round(busyShareOf(step, elapsedMs) * 100)
  return [
    step.name,
    formatCount(step.rowsIn),
    formatCount(step.rows),
    formatCount(step.rejects),
    elapsedMs === 0 ? '0' : formatShort((step.rows / elapsedMs) * 1000),
    formatElapsed(step.busyMs),
    `${share}% of ${step.slots}`,
    formatElapsed(step.waitMs),
    formatSize(step.bytes),
    step.blockedOn === 'nothing' ? '' : step.blockedOn,
  ]
}

function conclusion(report: RunReport): string {
  const bottleneck = overallBottleneck(report)
  const name = bottleneckText(bottleneck)
  if (bottleneck === undefined || name === undefined) return 'Nothing was done.'
  if (bottleneck.kind === 'memory') return 'Slowest: memory. More of it (--memory) lets more batches be in work.'
  const slowest = report.steps.find((step) => step.name === name)
  return `Slowest: ${name}. ${slowest === undefined ? '' : adviceFor(slowest)}`.trimEnd()
}

function adviceFor({ kind, placement }: StepStatus): string {
  if (kind === 'source') return 'The stages wait for rows: fewer columns, or a format that is read faster, would help.'
  if (kind === 'sink') return 'The stages wait for files to be written: another format or compression would help.'
  if (placement !== 'service') return 'It works elsewhere: more of it there, or more calls at once, would help.'
  return 'More threads for it (--threads) help as long as processors are idle.'
}
