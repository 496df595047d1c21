import { type AnyStage, fusedStages } from '@redesmyn/core'
import type { AnyAsset, PipelineAsset } from '../../graph/any-asset.ts'
import type { OpenedApp } from '../app/open-app.ts'
import { outputPaths } from '../commit/output-paths.ts'
import { readCommittedParts } from '../commit/read-records.ts'
import type { ExplainedPlan, PlannedStage } from '../explain/explained-plan.ts'
import { stagesOfRun } from '../app/stages-of-run.ts'
import type { RunOptions } from '../run-options.ts'
import { type PreparedRun, prepareRun, prepareRunOf } from './prepared-run.ts'
import { resumeState } from './resume-state.ts'

/** What a run of an asset of stages would do. `waitsFor`: what it is made of, where that is made before. */
export async function explainPipeline(
  app: OpenedApp,
  asset: PipelineAsset,
  options: RunOptions,
  waitsFor: readonly AnyAsset[],
): Promise<ExplainedPlan> {
  const prepared =
    waitsFor.length === 0 ? await prepareRun(app, asset, options) : await prepareBefore(app, asset, options)
  const { plan, windows, rejectLimit } = prepared
  const { files, format, fields } = plan.input
  const resume = waitsFor.length === 0 ? resumeState(prepared) : ({ state: 'unknown' } as const)
  return {
    plan,
    kind: 'pipeline',
    sources: [
      {
        name: asset.input.name,
        kind: asset.input['~kind'],
        format,
        files,
        fields,
        fileColumns: files[0]?.columns?.length,
        skipsColumns: format === 'parquet' || format === 'arrow',
      },
    ],
    waitsFor: waitsFor.map(({ name }) => name),
    stages: plannedStages(prepared),
    publish: options.publish ?? 'part',
    rejects: rejectLimit,
    windows,
    openParts: openParts(prepared, resume.state === 'complete'),
    resume,
  }
}

/** What can be said of a run whose input is not there yet: partitions are those of its files. */
async function prepareBefore(app: OpenedApp, asset: PipelineAsset, options: RunOptions): Promise<PreparedRun> {
  const { partition: _, ...others } = options
  const found = { root: app.bundled.folder, paths: [] }
  return await prepareRunOf({ found, format: asset.input.format, options: {} }, app, asset, others)
}

function openParts({ plan, selected, options }: PreparedRun, isComplete: boolean): readonly number[] {
  if (isComplete) return []
  const paths = outputPaths(plan.output.folder, plan.output.rejectsFolder)
  const committed = options.restart === true ? new Set<number>() : readCommittedParts(paths)
  return selected.map(({ index }) => index).filter((index) => !committed.has(index))
}

function plannedStages({ app, asset, threads }: PreparedRun): readonly PlannedStage[] {
  const stages = stagesOfRun(asset, app)
  const apart = new Set(asset.modelStage === undefined ? [] : [asset.modelStage])
  const followers = new Set([...fusedStages([stages], apart).values()].flat())
  return stages.map((stage) => planStage(stage, followers.has(stage), threads))
}

function planStage(stage: AnyStage, isFused: boolean, threads: number): PlannedStage {
  const { name, input, output, config, declared, medium } = stage
  const own = declared['threads'] === undefined ? threads : config.threads
  const { isolation, effects } = config
  return {
    name,
    placement: medium?.placement ?? 'service',
    isolation,
    threads: isFused || isolation === 'inline' || medium !== undefined ? 0 : own,
    effects,
    calls: medium?.maxCalls ?? 0,
    delivery: effects === 'once' ? 'at-most-once' : 'at-least-once',
    input: input?.fields,
    output: output?.fields,
  }
}
