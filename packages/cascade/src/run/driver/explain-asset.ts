import { type AnyStage, fusedStages } from '@redesmyn/core'
import { outputPaths } from '../commit/output-paths.ts'
import { readCommittedParts } from '../commit/read-records.ts'
import type { ExplainedPlan, PlannedStage } from '../explain/explained-plan.ts'
import type { PreparedRun } from './prepared-run.ts'
import { resumeState } from './resume-state.ts'

/** What a run of an asset would do. Reads metadata, no rows; writes nothing. */
export function explainAsset(prepared: PreparedRun): ExplainedPlan {
  const { plan, asset, options, windows, rejectLimit } = prepared
  const { files, format } = plan.input
  const resume = resumeState(prepared)
  return {
    plan,
    source: {
      name: asset.input.name,
      kind: asset.input['~kind'],
      fileColumns: files[0]?.columns?.length,
      skipsColumns: format === 'parquet' || format === 'arrow',
    },
    stages: plannedStages(prepared),
    publish: options.publish ?? 'part',
    rejects: rejectLimit,
    windows,
    openParts: openParts(prepared, resume.state === 'complete'),
    resume,
  }
}

function openParts({ plan, selected, options }: PreparedRun, isComplete: boolean): readonly number[] {
  if (isComplete) return []
  const paths = outputPaths(plan.output.folder, plan.output.rejectsFolder)
  const committed = options.restart === true ? new Set<number>() : readCommittedParts(paths)
  return selected.map(({ index }) => index).filter((index) => !committed.has(index))
}

function plannedStages({ asset, threads }: PreparedRun): readonly PlannedStage[] {
  const followers = new Set([...fusedStages([asset.stages], new Set()).values()].flat())
  return asset.stages.map((stage) => planStage(stage, followers.has(stage), threads))
}

function planStage(stage: AnyStage, isFused: boolean, threads: number): PlannedStage {
  const { name, input, output, config, declared } = stage
  const own = declared['threads'] === undefined ? threads : config.threads
  const { isolation, effects } = config
  return {
    name,
    placement: 'service',
    isolation,
    threads: isFused || isolation === 'inline' ? 0 : own,
    effects,
    delivery: effects === 'once' ? 'at-most-once' : 'at-least-once',
    input: input?.fields,
    output: output?.fields,
  }
}
