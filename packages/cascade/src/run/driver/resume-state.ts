import { existsSync } from 'node:fs'
import { isSilent, readEpochs } from '../commit/epoch.ts'
import { outputPaths } from '../commit/output-paths.ts'
import { workingPaths } from '../commit/publish-output.ts'
import { readCommittedParts } from '../commit/read-records.ts'
import { readPlan } from '../commit/settle-plan.ts'
import type { ResumeState } from '../explain/explained-plan.ts'
import { comparePlans } from '../plan/compare-plans.ts'
import { storePlan } from '../plan/stored-plan.ts'
import type { PreparedRun } from './prepared-run.ts'

/** What a run would find in its output's folder. Nothing is written there. */
export function resumeState({ plan, options }: PreparedRun): ResumeState {
  const publish = options.publish ?? 'part'
  const published = outputPaths(plan.output.folder, plan.output.rejectsFolder)
  const isComplete = existsSync(published.success)
  const paths = isComplete ? published : workingPaths(published, publish)
  const stored = options.restart === true ? undefined : readPlan(paths.plan)
  if (stored === undefined) return { state: 'new' }
  const changes = comparePlans(stored, storePlan(plan, isComplete ? stored.publish : publish))
  const isRefused = changes.some(({ kind }) => kind !== 'code' || options.acceptDrift !== true)
  if (isRefused) return { state: 'changed', differences: changes.map(({ text }) => text) }
  if (isComplete) return { state: 'complete' }
  const holder = readEpochs(paths.epochs).findLast((epoch) => !isSilent(epoch, Date.now()))
  if (holder !== undefined) return { state: 'held', pid: holder.pid, host: holder.host }
  return { state: 'resumed', committedParts: readCommittedParts(paths).size }
}
