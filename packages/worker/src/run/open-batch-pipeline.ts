import {
  type AnyStage,
  type Clock,
  fuse,
  fusedStages,
  type Log,
  PipelineError,
  placed,
  type StageOverride,
} from '@redesmyn/core'
import type { BundledApp } from '../app/bundle-app.ts'
import { SlabPool } from '../memory/slab-pool.ts'
import { emit } from '../observe/event-table.ts'
import type { LoggerOptions } from '../observe/logger.ts'
import type { Tracer } from '../observe/trace/tracer.ts'
import { RunningStage } from '../pipeline/running-stage.ts'
import { systemClock } from '../thread/system-clock.ts'
import type { RunningStageParts } from '../pipeline/running-stage-parts.ts'
import type { StageOfRun } from './stage-search.ts'
import type { BatchPipeline } from './batch-pipeline.ts'
import { LosingStreak } from './losing-streak.ts'
import { ToldCauses } from './told-causes.ts'
import { ModelCatalogue } from '../model/model-catalogue.ts'
import { placeStage } from './place-stage.ts'
import type { ModelResolver, RunModels } from './run-models.ts'
import { RunningBatchPipeline } from './running-batch-pipeline.ts'

export interface BatchPipelineOptions {
  /** In order, the ingress first; all of them are among the exports of the app. */
  readonly stages: readonly AnyStage[]
  readonly app: Pick<BundledApp, 'url' | 'folder'>
  /** What the stages were overridden with after they were declared, for their threads. Default: nothing. */
  readonly overrides?: readonly StageOverride[]
  /** Most rows of a batch. Default 65,536. */
  readonly batchRows?: number
  /** Columns of the rows that keep them apart in all stages: `context.params` has their values. */
  readonly partitionBy?: readonly string[] | undefined
  /** The models of one of the stages, picked by what `partitionBy` and the call's partition say of the rows. */
  readonly models?: RunModels | undefined
  /** Slots of stages that set no `threads` of their own. Default 1. */
  readonly threads?: number
  /** None of the slabs is larger than a sixteenth of this. Default 1 GiB. */
  readonly slabBytes?: number
  /** Free slabs that are kept for reuse. Default: a quarter of `slabBytes`. */
  readonly keptSlabBytes?: number
  readonly clock?: Clock
  readonly log: Log
  readonly logging: LoggerOptions
  readonly checkWrites?: boolean
  /** `undefined` where nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** Told once where the threads of a stage end as soon as they are started: every call fails from then on. */
  readonly onFailed?: (error: PipelineError) => void
}

/** Starts the stages of a pipeline for batches. Rejects with CONFIG_INVALID, or with what the first that fails throws; nothing then runs on. */
export async function openBatchPipeline(options: BatchPipelineOptions): Promise<BatchPipeline> {
  const { clock = systemClock(), slabBytes = 2 ** 30, keptSlabBytes, batchRows = 65_536 } = options
  const { log, stages: declared } = options
  for (const stage of declared) assertRuns(stage)
  const pool = new SlabPool({
    maxBytes: slabBytes,
    poison: 'never',
    ...(keptSlabBytes !== undefined && { keptBytes: keptSlabBytes }),
  })
  const onCrashLoop = (stage: string, error: PipelineError): void => {
    emit(log, 'crashLoop', { stage, err: error })
    pipeline.fail(error)
    options.onFailed?.(error)
  }
  const shared = { ...options, clock, pool, batchRows, onCrashLoop }
  const stages = groupStages(declared, options.models).map((group) => {
    return {
      running: createStage(group, shared),
      streak: new LosingStreak(),
      told: new ToldCauses(clock),
      given: { bytes: 0 },
    }
  })
  const output = declared[declared.length - 1].output?.fields
  const { partitionBy } = options
  const models = openModels(options, stages, { clock, log })
  const pipeline = new RunningBatchPipeline({ stages, pool, output, batchRows, partitionBy, models, clock, log })
  try {
    await Promise.all(stages.map(({ running }) => running.start()))
    return pipeline
  } catch (error) {
    await pipeline.stop('abort')
    throw error
  }
}

function assertRuns({ name, events }: AnyStage): void {
  if (events === undefined) return
  throw new PipelineError('CONFIG_INVALID', `the stage "${name}" yields events, and a run takes rows`)
}

interface StageGroup {
  readonly head: AnyStage
  /** Run in the calls of the head. */
  readonly followers: readonly AnyStage[]
}

function groupStages(stages: readonly AnyStage[], models: RunModels | undefined): readonly StageGroup[] {
  const fused = fusedStages([stages], new Set(models === undefined ? [] : [models.stage]))
  const followers = new Set([...fused.values()].flat())
  return stages
    .filter((stage) => !followers.has(stage))
    .map((head) => ({ head, followers: fused.get(head.name) ?? [] }))
}

/**
 * A run asks its store once for each artifact, and keeps to the version that it found: the same rows must not be answered
 * by two of them.
 */
function openModels(
  { models, app }: BatchPipelineOptions,
  stages: readonly StageOfRun[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): ModelResolver | undefined {
  if (models === undefined) return undefined
  const host = stages.find(({ running }) => running.name === models.stage)?.running.models
  const cache = { ...models.cache, refreshMs: undefined }
  const catalogue = new ModelCatalogue({ models: cache, appFolder: app.folder, host, callNames: [], clock, log })
  return { stage: models.stage, resolve: (params) => catalogue.resolve(params) }
}

interface SharedParts extends BatchPipelineOptions {
  readonly clock: Clock
  readonly pool: SlabPool
  readonly batchRows: number
  readonly onCrashLoop: (stage: string, error: PipelineError) => void
}

function createStage({ head, followers }: StageGroup, shared: SharedParts): RunningStage {
  const { app, models, batchRows, threads = 1, clock, pool, log, logging, tracer } = shared
  const { checkWrites = false, onCrashLoop } = shared
  const { stage, overrides } = placeStage(head, { batchRows, threads })
  return new RunningStage({
    stage: fuse(placed(stage), followers),
    rows: 'run',
    fused: followers.map(({ name }) => name),
    app: { url: app.url, folder: app.folder, overrides: [...(shared.overrides ?? []), ...overrides] },
    modelled: modelledBy(models, head.name),
    clock,
    pool,
    log,
    requestIdSuffix: '',
    logLevel: logging.level,
    logFormat: logging.format,
    logFile: logging.file,
    ...(logging.facts && { logFacts: logging.facts }),
    checkWrites,
    tracer,
    onCrashLoop: (error) => onCrashLoop(head.name, error),
  })
}

function modelledBy(models: RunModels | undefined, stage: string): RunningStageParts['modelled'] {
  if (models?.stage !== stage) return undefined
  return { owner: { kind: 'asset', number: models.number }, limits: models.cache }
}
