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
  const { asset, parts, source, stages, sink, memory, resume } = explainDocument(plan)
  const rows = source.rowCount === null ? '' : `, ${formatNumberOf(source.rowCount, 'row')}`
  const road = [source.name, ...stages.map(({ name }) => name), sink.folder].join(' → ')
  const differences = resume.state === 'changed' ? resume.differences.map((text) => `          ${text}`) : []
  return [
    `${asset}: ${road}`,
    `  reads   ${formatNumberOf(source.files.length, 'file')}, ${formatSize(source.byteLength)}${rows}`,
    `  makes   ${formatCount(parts.open)} of ${formatNumberOf(parts.total, 'part')}; ${resumeText(resume, parts.total)}`,
    ...differences,
    `  takes   up to ${formatSize(memory.budgetBytes)}; ${formatSize(memory.neededBytes)} are needed`,
    '',
  ]
}
