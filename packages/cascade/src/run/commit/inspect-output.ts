import { existsSync } from 'node:fs'
import { PipelineError } from '@redesmyn/core'
import type { ResumeState } from '../explain/explained-plan.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { type Publish, storePlan } from '../plan/stored-plan.ts'
import { areApart, isSilent, readEpochs, type ShardOf } from './epoch.ts'
import { outputPaths } from './output-paths.ts'
import { workingPaths } from './publish-output.ts'
import { readCommittedParts } from './read-records.ts'
import { assertSamePlan, readPlan } from './settle-plan.ts'

export interface InspectOptions {
  readonly publish: Publish
  readonly restart: boolean
  readonly acceptDrift: boolean
  readonly shard: ShardOf | undefined
  /** The time of day in milliseconds, against which other runs have been silent. */
  readonly nowMs: number
}

export interface InspectedOutput {
  readonly resume: ResumeState
  /** Indices of the parts that are committed, and stay. */
  readonly committed: ReadonlySet<number>
}

/** What a run of a plan would find in its output's folder. Writes nothing. */
export function inspectOutput(plan: RunPlan, options: InspectOptions): InspectedOutput {
  const { publish, restart, shard, nowMs } = options
  const published = outputPaths(plan.output.folder, plan.output.rejectsFolder)
  const working = workingPaths(published, publish)
  const paths = existsSync(working.plan) ? working : published
  const holder = readEpochs(paths.epochs).find((epoch) => !areApart(epoch.shard, shard) && !isSilent(epoch, nowMs))
  const stored = readPlan(paths.plan)
  if (restart || stored === undefined) return { resume: heldOr({ state: 'new' }, holder), committed: new Set() }
  const committed = readCommittedParts(paths)
  const isComplete = existsSync(paths.success)
  try {
    assertSamePlan(paths.folder, stored, storePlan(plan, isComplete ? stored.publish : publish), options)
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'PLAN_CHANGED') throw error
    const { changes } = error.details
    return { resume: { state: 'changed', differences: Array.isArray(changes) ? changes : [] }, committed }
  }
  if (isComplete) return { resume: { state: 'complete' }, committed }
  return { resume: heldOr({ state: 'resumed', committedParts: committed.size }, holder), committed }
}

function heldOr(state: ResumeState, holder: { readonly pid: number; readonly host: string } | undefined): ResumeState {
  return holder === undefined ? state : { state: 'held', pid: holder.pid, host: holder.host }
}
