import type { PipelineAsset } from '../../graph/any-asset.ts'
import { formatOfFile, sourceFormatOf } from '../../source/source-formats.ts'
import type { OpenedApp } from '../app/open-app.ts'
import { stagesOfRun } from '../app/stages-of-run.ts'
import type { RejectLimit } from '../execute/reject-budget.ts'
import { shapeOfRun } from '../execute/run-shape.ts'
import { planWindows, type RunShape, type RunWindows } from '../memory/run-windows.ts'
import { parseRejectLimit } from '../options/reject-limit.ts'
import { parseShard, type Shard } from '../options/shard.ts'
import { type PlanRequest, planRun } from '../plan/plan-run.ts'
import type { Part, RunPlan } from '../plan/run-plan.ts'
import { selectParts } from '../plan/select-parts.ts'
import { readColumns } from '../read/read-columns.ts'
import type { RunOptions } from '../run-options.ts'
import { assertOwnFolder } from './assert-own-folder.ts'
import { type AssetPlaces, findInput, formatOfInput, outputFolder, rejectFolder, streamPath } from './asset-places.ts'

/** An asset with its options settled and its files looked at: what a run needs to begin. */
export interface PreparedRun {
  readonly app: OpenedApp
  readonly asset: PipelineAsset
  readonly options: RunOptions
  readonly plan: RunPlan
  /** Of the plan's parts, those that this run is to make. */
  readonly selected: readonly Part[]
  readonly shard: Shard | undefined
  readonly rejectLimit: RejectLimit
  /** Of stages that set none of their own. */
  readonly threads: number
  readonly shape: RunShape
  readonly windows: RunWindows
  /** Whether its rows are those that an earlier run has rejected. */
  readonly isRetry: boolean
}

/** The files that a run reads. */
export type RunInput = Omit<PlanRequest['input'], 'fields'>

const defaultMemoryBytes = 1024 ** 3
/** Parts side by side: while one is ended, another is read. */
const partsAtOnce = 2

/** Looks at the files of an asset's input and settles what a run of it would do. Reads metadata, no rows; writes nothing. */
export async function prepareRun(app: OpenedApp, asset: PipelineAsset, options: RunOptions): Promise<PreparedRun> {
  const found = await findInput(asset, options, placesOf(app))
  assertOwnFolder(asset.name, outputFolder(asset, options, placesOf(app)), found.paths)
  const input = {
    found,
    format: formatOfInput(asset, options),
    options: asset.input['~kind'] === 'source' ? asset.input.options : {},
  }
  return await prepareRunOf(input, app, asset, options)
}

/** The same for other files in the place of the asset's own. */
export async function prepareRunOf(
  input: RunInput,
  app: OpenedApp,
  asset: PipelineAsset,
  options: RunOptions,
): Promise<PreparedRun> {
  const plan = await planOf(input, app, asset, options)
  const shard = options.shard === undefined ? undefined : parseShard(options.shard)
  const selected = selectParts(plan.parts, {
    ...(shard !== undefined && { shard }),
    ...(options.partition !== undefined && { partitions: options.partition }),
  })
  const threads = options.threads ?? 1
  // A stream takes one part after the other.
  const parts = plan.output.folder === streamPath ? 1 : Math.max(1, Math.min(partsAtOnce, selected.length))
  const { partitionBy } = asset
  const shape = shapeOfRun({ plan, stages: stagesOfRun(asset, app), partitionBy, threads, parts })
  const windows = planWindows(shape, options.memoryBytes ?? defaultMemoryBytes)
  const rejectLimit = rejectLimitOf(asset, options)
  return { app, asset, options, plan, selected, shard, rejectLimit, threads, shape, windows, isRetry: false }
}

function placesOf({ bundled }: OpenedApp): AssetPlaces {
  return { folder: bundled.folder, cwd: process.cwd() }
}

async function planOf(input: RunInput, app: OpenedApp, asset: PipelineAsset, options: RunOptions): Promise<RunPlan> {
  const places = placesOf(app)
  return await planRun({
    asset: asset.name,
    codeVersion: asset.version ?? app.bundled.hash,
    stages: asset.stages.map(({ name }) => name),
    input: { ...input, fields: readColumns(asset).fields },
    output: {
      format: asset.format,
      options: asset.options,
      fields: asset.schema.fields,
      folder: outputFolder(asset, options, places),
      rejectsFolder: rejectFolder(asset, options, places),
    },
    batchRows: options.batchRows ?? asset.batchRows,
    partRows: options.partRows ?? asset.partRows,
    partBytes: options.partBytes ?? asset.partBytes,
    formats: { ofName: sourceFormatOf, ofFile: formatOfFile },
  })
}

function rejectLimitOf({ rejects }: PipelineAsset, { maxRejects }: RunOptions): RejectLimit {
  const given = maxRejects === undefined ? undefined : parseRejectLimit(maxRejects)
  if (given === undefined) return { maxRows: rejects.maxRows, maxRatio: rejects.maxRatio }
  return given.kind === 'rows'
    ? { maxRows: given.maxRows, maxRatio: 1 }
    : { maxRows: Number.POSITIVE_INFINITY, maxRatio: given.maxRatio }
}
