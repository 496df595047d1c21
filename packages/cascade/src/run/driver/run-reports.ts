import type { Manifest } from '../commit/manifest.ts'
import type { RunOutput } from '../execute/run-output.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { StepStatus } from '../progress/run-status.ts'
import type { RunReport } from '../run-report.ts'
import type { RunIdentity } from './run-identity.ts'

export interface RunEnding {
  readonly plan: RunPlan
  readonly identity: RunIdentity
  readonly output: RunOutput
  readonly outcome: 'completed' | 'partial'
  readonly elapsedMs: number
  readonly steps: readonly StepStatus[]
}

/** Of a run that made what it was to make. */
export function runReport({ plan, identity, output, outcome, elapsedMs, steps }: RunEnding): RunReport {
  const { rows, committedCount, skippedCount, openParts, commitTimes } = output
  return {
    asset: plan.asset,
    runId: identity.runId,
    outcome,
    folder: plan.output.folder,
    ...(rows.rejected > 0 && { rejectsFolder: plan.output.rejectsFolder }),
    parts: {
      total: plan.parts.length,
      selected: skippedCount + openParts.length,
      committed: committedCount,
      skipped: skippedCount,
    },
    rows,
    elapsedMs,
    commits: { count: commitTimes.count, totalMs: commitTimes.sumMs },
    steps,
    traceId: identity.traceId,
  }
}

/** Of a run that found everything made. */
export function unchangedReport(plan: RunPlan, identity: RunIdentity, { rows, partCount }: Manifest): RunReport {
  return {
    asset: plan.asset,
    runId: identity.runId,
    outcome: 'unchanged',
    folder: plan.output.folder,
    ...(rows.rejected > 0 && { rejectsFolder: plan.output.rejectsFolder }),
    parts: { total: partCount, selected: partCount, committed: partCount, skipped: partCount },
    rows,
    elapsedMs: 0,
    commits: { count: 0, totalMs: 0 },
    steps: [],
    traceId: identity.traceId,
  }
}
