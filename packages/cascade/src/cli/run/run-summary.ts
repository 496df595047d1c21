import { bottleneckText, overallBottleneck } from '../../run/progress/bottleneck.ts'
import { formatCount, formatElapsed, formatNumberOf, formatShort } from '../../run/progress/figures.ts'
import type { RunStatus } from '../../run/progress/run-status.ts'
import type { RunReport } from '../../run/run-report.ts'

/** What came of a run, for people: at its end, on stderr. */
export function runSummary(report: RunReport): string {
  const { asset, outcome, parts, rows, elapsedMs, folder } = report
  if (outcome === 'unchanged') return `${asset}: everything was there, nothing was done\n  output    ${folder}\n`
  const before = parts.skipped === 0 ? '' : `, ${formatCount(parts.skipped)} of them before this run`
  const speed = `${formatShort(rowsPerSecondOf(report))} rows/s`
  const slowest = bottleneckText(overallBottleneck(report))
  return linesOf([
    `${asset}: ${outcome}, ${partsText(report)}${before}`,
    `  rows      ${formatCount(rows.in)} in, of which ${countsText(report)}`,
    `  written   ${formatNumberOf(rows.written, 'row')}`,
    `  time      ${formatElapsed(elapsedMs)}, ${speed}${slowest === undefined ? '' : `, slowest: ${slowest}`}`,
    `  output    ${folder === '-' ? 'stdout' : folder}`,
    ...rejectLines(report),
    outcome === 'partial' && folder !== '-'
      ? `  next      the other parts; after the last shard: cascade commit ${folder}`
      : undefined,
  ])
}

/** The same in one line. */
export function runSummaryLine(report: RunReport): string {
  const { asset, outcome, rows, elapsedMs } = report
  const facts = [`${formatNumberOf(rows.in, 'row')} in`, `${formatCount(rows.written)} written`]
  if (rows.rejected > 0) facts.push(`${formatCount(rows.rejected)} rejected`)
  return `${asset}: ${outcome}, ${facts.join(', ')}, ${formatElapsed(elapsedMs)}\n`
}

/** The same for programs: schemas/progress-event.json. */
export function summaryEvent({ asset, runId, outcome, folder, rejectsFolder, rows, elapsedMs }: RunReport): object {
  return { event: 'summary', asset, runId, outcome, folder, rejectsFolder: rejectsFolder ?? null, rows, elapsedMs }
}

/** Where a run stands that did not come to its end. */
export function brokenOffText({ asset, parts, rows, elapsedMs }: RunStatus): string {
  const total = formatNumberOf(parts.total, 'part')
  const done = `${formatCount(parts.committed)} of ${total}, ${formatNumberOf(rows.committed, 'row')} of the input; these are kept`
  return linesOf([
    `${asset}: stopped after ${formatElapsed(elapsedMs)}`,
    `  committed ${parts.committed === 0 ? `none of ${total}` : done}`,
  ])
}

/** Of the rows that this run has read, not those of earlier ones. */
export function rowsPerSecondOf({ steps, elapsedMs }: RunReport): number {
  const rows = steps.filter(({ kind }) => kind === 'source').reduce((sum, step) => sum + step.rowsIn, 0)
  return elapsedMs <= 0 ? 0 : (rows / elapsedMs) * 1000
}

/** What a shard has made is told apart from what the whole consists of. */
function partsText({ parts, outcome }: RunReport): string {
  const { total, selected, committed } = parts
  const whole = `${formatCount(committed)} of ${formatNumberOf(total, 'part')}`
  if (outcome !== 'partial' || selected === total) return whole
  return `${formatNumberOf(selected, 'part')} of ${formatCount(total)}`
}

function countsText({ rows }: RunReport): string {
  return `${formatCount(rows.out)} out, ${formatCount(rows.filtered)} filtered, ${formatCount(rows.rejected)} rejected`
}

function rejectLines({ rows, folder, rejectsFolder }: RunReport): readonly string[] {
  if (rows.rejected === 0 || rejectsFolder === undefined) return []
  return [`  rejected  ${rejectsFolder}`, `            cascade rejects ${folder}`]
}

function linesOf(lines: readonly (string | undefined)[]): string {
  return `${lines.filter((line) => line !== undefined).join('\n')}\n`
}
