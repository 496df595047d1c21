import type { ChaosReport } from './chaos-run.ts'

/** What became of every request, by what it was, and what was left at the end. */
export function renderChaos(report: ChaosReport): string {
  const statuses = [...new Set([...report.answers.values()].flatMap((byStatus) => [...byStatus.keys()]))].toSorted()
  const rows = [...report.answers].map(([kind, byStatus]) => {
    return `| ${kind} | ${statuses.map((status) => byStatus.get(status) ?? '').join(' | ')} |`
  })
  return [
    `| request | ${statuses.join(' | ')} |`,
    `| --- |${' ---: |'.repeat(statuses.length)}`,
    ...rows.toSorted(),
    '',
    `threads ended ${report.threadsEnded}, children killed ${report.childrenKilled}, replaced in all ${report.restarts}`,
    `in flight ${report.inFlight}, queued rows ${report.queuedRows}, slabs ${report.slabs}`,
    `memory ${report.memoryBeforeMiB.toFixed(0)} MiB before, ${report.memoryAfterMiB.toFixed(0)} MiB after`,
    `exit code ${report.exitCode}`,
  ].join('\n')
}
