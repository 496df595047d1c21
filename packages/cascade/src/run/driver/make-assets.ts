import { resolve } from 'node:path'
import type { AnyAsset, AnySource, FrameAsset, PipelineAsset } from '../../graph/any-asset.ts'
import { makeInThread } from '../../graph/frame/make-in-thread.ts'
import { runFrameAsset } from '../../graph/frame/run-frame-asset.ts'
import type { DatasetFacts } from '../../graph/lineage/lineage-facts.ts'
import { runGraph } from '../../graph/run-graph.ts'
import { assertLinks } from '../commit/check-output.ts'
import type { RunReport } from '../run-report.ts'
import { outputFolder, streamPath } from './asset-places.ts'
import { factsOf, framePlan } from './frame-plan.ts'
import { RunFrameStore } from './frame-store.ts'
import { failureOf } from './graph-failure.ts'
import { filesVersion, type LineageFile, makingFacts } from './lineage-file.ts'
import { prepareRun } from './prepared-run.ts'
import { runAsset } from './run-asset.ts'
import type { RunSetting } from './run-setting.ts'

/** Assets that are made at the same time, where none has to wait for another. They share the memory of the run. */
const assetsAtOnce = 2

/**
 * Makes assets in the order of their dependencies. What does not depend on one that fails is still made; then its error
 * is thrown. `lineage`: undefined where nobody asked for it.
 */
export async function makeAssets(
  assets: readonly AnyAsset[],
  setting: RunSetting,
  lineage: LineageFile | undefined,
): Promise<readonly RunReport[]> {
  const { options, signal } = setting
  const { outcomes } = await runGraph<RunReport>({
    assets,
    maxParallel: assetsAtOnce,
    ...(options.partition !== undefined && { partition: options.partition }),
    signal,
    runPipeline: async (asset) => {
      await assertPlace(asset, setting)
      return await makePipeline(asset, sharing(setting, assets), lineage)
    },
    runFrame: async (asset) => {
      await assertPlace(asset, setting)
      return await makeFrame(asset, setting, lineage)
    },
  })
  const failure = failureOf(outcomes)
  if (failure !== undefined) throw failure
  return [...outcomes.values()].flatMap((outcome) => (outcome.state === 'made' ? [outcome.result] : []))
}

function sharing(setting: RunSetting, assets: readonly AnyAsset[]): RunSetting {
  const { memoryBytes } = setting.options
  const count = Math.min(assetsAtOnce, assets.filter(({ kind }) => kind === 'pipeline').length)
  if (memoryBytes === undefined || count < 2) return setting
  return { ...setting, options: { ...setting.options, memoryBytes: Math.floor(memoryBytes / count) } }
}

/** Before anything of the input is read. */
async function assertPlace(asset: AnyAsset, { app, options }: RunSetting): Promise<void> {
  const folder = outputFolder(asset, options, { folder: app.bundled.folder, cwd: process.cwd() })
  if (folder !== streamPath) await assertLinks(folder)
}

async function makePipeline(asset: PipelineAsset, setting: RunSetting, lineage: LineageFile | undefined) {
  const prepared = await prepareRun(setting.app, asset, setting.options)
  const make = async (): Promise<RunReport> => await runAsset(prepared, setting)
  if (lineage === undefined) return await make()
  const { plan } = prepared
  const input = { folder: plan.input.root, fields: plan.input.fields, version: filesVersion(plan.input.files) }
  return await lineage.tell(makingFacts(plan, setting.identity.runId, [input]), make)
}

async function makeFrame(asset: FrameAsset, setting: RunSetting, lineage: LineageFile | undefined) {
  const { app, identity, signal } = setting
  const store = new RunFrameStore(setting)
  const run = async (): Promise<RunReport> =>
    await runFrameAsset<RunReport>({
      asset,
      runId: identity.runId,
      store,
      make: async (task, stop) => await makeInThread({ appUrl: app.bundled.url, task }, stop),
      signal,
    })
  if (lineage === undefined) return await run()
  const inputs = await store.inputsOf(asset)
  const plan = framePlan(setting, asset, inputs)
  const facts = Object.entries(asset.inputs).map(([key, input]) => {
    return { ...datasetOf(input, app.bundled.folder), version: filesVersion(factsOf(inputs[key])) }
  })
  return await lineage.tell(makingFacts(plan, identity.runId, facts), run)
}

function datasetOf(input: AnySource | AnyAsset, folder: string): Omit<DatasetFacts, 'version'> {
  const place = input['~kind'] === 'source' ? input.from[0] : input.to
  return { folder: resolve(folder, place), fields: input.schema.fields }
}
