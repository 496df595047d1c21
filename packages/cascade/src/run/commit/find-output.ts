import { existsSync } from 'node:fs'
import { comparePlans } from '../plan/compare-plans.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { storePlan } from '../plan/stored-plan.ts'
import { type Manifest, readManifest } from './manifest.ts'
import { type OutputPaths, outputPaths } from './output-paths.ts'
import { workingPaths } from './publish-output.ts'
import { assertSamePlan, type DriftRule, readPlan } from './settle-plan.ts'

/**
 * The manifest of an output that is complete and was made by this very plan: nothing is left to do, and nothing is
 * touched. Undefined where there is none, or not all of it. Throws PLAN_CHANGED where it was made by another plan.
 */
export function findOutput(plan: RunPlan, rule: DriftRule): Manifest | undefined {
  const paths = outputPaths(plan.output.folder, plan.output.rejectsFolder)
  const before = existsSync(paths.success) ? readPlan(paths.plan) : undefined
  if (before === undefined) return undefined
  if (isBeingReplaced(plan, paths)) return undefined
  // How it was made known makes no difference once all of it is.
  assertSamePlan(paths.folder, before, storePlan(plan, before.publish), rule)
  return readManifest(paths)
}

/** A restart was stopped that makes this plan beside the output, which stays until then. */
function isBeingReplaced(plan: RunPlan, paths: OutputPaths): boolean {
  const next = readPlan(workingPaths(paths, 'atomic').plan)
  return next !== undefined && comparePlans(next, storePlan(plan, 'atomic')).length === 0
}
