import { PipelineError } from '@redesmyn/core'
import { isOutput } from '../commit/output-files.ts'
import { type OutputPaths, outputPaths } from '../commit/output-paths.ts'
import { unpublishedFolder } from '../commit/publish-output.ts'
import { readPlan } from '../commit/settle-plan.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { restorePlan } from '../plan/stored-plan.ts'

export interface BegunOutput {
  readonly plan: RunPlan
  readonly paths: OutputPaths
}

/**
 * An output as its files tell it. Of one that is published as a whole, the one in work while there is one. Throws
 * CONFIG_INVALID where no run has begun one.
 */
export function findBegunOutput(folder: string): BegunOutput {
  const found = [unpublishedFolder(folder), folder].find(isOutput)
  const stored = found === undefined ? undefined : readPlan(outputPaths(found, found).plan)
  if (found === undefined || stored === undefined) {
    throw new PipelineError('CONFIG_INVALID', `no run has begun an output in "${folder}"`, { details: { folder } })
  }
  // Where the input lies is not told, and nobody asks for it here.
  const plan = restorePlan(stored, found, '')
  return { plan, paths: outputPaths(found, plan.output.rejectsFolder) }
}
