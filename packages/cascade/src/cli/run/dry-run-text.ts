import { explainDocument } from '../../run/explain/explain-document.ts'
import { resumeText } from '../../run/explain/explain-text.ts'
import type { ExplainedPlan } from '../../run/explain/explained-plan.ts'
import { formatCount, formatNumberOf, formatSize } from '../../run/progress/figures.ts'

/** What `cascade run --dry-run` says: what a run would do, with only metadata read and nothing written. */
export function dryRunText(plans: readonly ExplainedPlan[]): string {
  const ending = plans.some(isRefused) ? 'A run would be refused.' : 'The dry run is sound.'
  return `${[...plans.flatMap(planLines), ending].join('\n')}\n`
}

/** Whether the output folder forbids a run. */
export function isRefused({ resume }: ExplainedPlan): boolean {
  return resume.state === 'changed' || resume.state === 'held'
}

function planLines(plan: ExplainedPlan): readonly string[] {
  const { asset, sources, stages, sink, resume, waitsFor } = explainDocument(plan)
  const road = [sources.map(({ name }) => name).join(' + '), ...stages.map(({ name }) => name), sink.folder].join(' → ')
  const differences = resume.state === 'changed' ? resume.differences.map((text) => `          ${text}`) : []
  return [
    `${asset}: ${road}`,
    ...(waitsFor.length > 0 ? [`  after   ${waitsFor.join(', ')}, which the run makes first`] : workLines(plan)),
    ...differences,
    '',
  ]
}

function workLines(plan: ExplainedPlan): readonly string[] {
  const { parts, sources, memory, resume } = explainDocument(plan)
  const files = sources.flatMap((source) => source.files)
  const byteLength = sources.reduce((sum, source) => sum + source.byteLength, 0)
  const counts = sources.map(({ rowCount }) => rowCount)
  const rowCount = counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0)
  const rows = rowCount === null ? '' : `, ${formatNumberOf(rowCount, 'row')}`
  const takes =
    memory === null
      ? 'what its rows and its function take'
      : `up to ${formatSize(memory.budgetBytes)}; ${formatSize(memory.neededBytes)} are needed`
  return [
    `  takes   ${takes}`,
    `  reads   ${formatNumberOf(files.length, 'file')}, ${formatSize(byteLength)}${rows}`,
    `  makes   ${formatCount(parts.open)} of ${formatNumberOf(parts.total, 'part')}; ${resumeText(resume, parts.total)}`,
  ]
}
