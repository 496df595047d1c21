import { resolve } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { createLogger, type LoggerOptions, systemClock } from '@redesmyn/worker'
import type { AnyAsset, PipelineAsset } from '../../graph/any-asset.ts'
import { assertPartitioned } from '../../graph/run-graph.ts'
import { selectAssets } from '../../graph/select-assets.ts'
import { type OpenedApp, openApp } from '../app/open-app.ts'
import { commitShards } from '../commit/commit-shards.ts'
import { readStatus } from '../commit/read-status.ts'
import { readRejects } from '../report/read-rejects.ts'
import type { RunDriver, RunRequest, RunWatcher } from '../run-driver.ts'
import type { RunReport } from '../run-report.ts'
import { assertOwnPlaces } from './asset-places.ts'
import { explainAssets } from './explain-assets.ts'
import { LineageFile } from './lineage-file.ts'
import { makeAssets } from './make-assets.ts'
import { reportAsset } from './report-asset.ts'
import { retryRejects } from './retry-rejects.ts'
import { newRunIdentity } from './run-identity.ts'
import { shakeHands } from './shake-hands.ts'
import type { RunSetting } from './run-setting.ts'
import { standBack } from './stand-back.ts'

/** Makes assets in this process and its threads. */
export function localDriver(): RunDriver {
  return {
    async check(request) {
      const opened = await openApp(request)
      return await Promise.all([...opened.assets.values()].map(async (asset) => await reportAsset(opened, asset)))
    },
    shakeHands: async (request) => await shakeHands(await openApp(request)),
    async plan(request) {
      const opened = await openApp(request)
      return await explainAssets(opened, selectedAssets(opened, request), request.options)
    },
    run: (request, watcher) => withSetting(request, watcher, runSelected),
    status: async (folder) => readStatus(resolve(folder), Date.now()),
    rejects: async (request) => await readRejects({ ...request, folder: resolve(request.folder) }),
    retryRejects: (request, watcher) => withSetting(request, watcher, retrySelected),
    commitShards: async (folder) =>
      await commitShards(resolve(folder), {
        runId: newRunIdentity(new Date()).runId,
        clock: systemClock(),
        isoTime: () => new Date().toISOString(),
      }),
  }
}

type Work = (assets: readonly AnyAsset[], setting: RunSetting) => Promise<readonly RunReport[]>

async function withSetting(request: RunRequest, watcher: RunWatcher, work: Work): Promise<readonly RunReport[]> {
  const { options, signal } = request
  if (options.nice !== undefined && options.nice > 0) standBack(options.nice)
  const app = await openApp(request)
  const identity = newRunIdentity(new Date())
  const logging: LoggerOptions = {
    level: options.logLevel ?? 'warn',
    format: 'auto',
    file: options.logFile,
    facts: { run: identity.runId, traceId: identity.traceId },
  }
  const logger = createLogger(logging)
  const setting = { app, options, identity, clock: systemClock(), logger, logging, watcher, signal }
  try {
    return await work(selectedAssets(app, request), setting)
  } finally {
    logger.close()
  }
}

async function runSelected(assets: readonly AnyAsset[], setting: RunSetting): Promise<readonly RunReport[]> {
  const { app, options } = setting
  const lineage = options.lineage === undefined ? undefined : new LineageFile(options.lineage, app.bundled.sourcePath)
  try {
    return await makeAssets(assets, setting, lineage)
  } finally {
    lineage?.close()
  }
}

async function retrySelected(assets: readonly AnyAsset[], setting: RunSetting): Promise<readonly RunReport[]> {
  const reports: RunReport[] = []
  for (const asset of assets.filter(isPipelineAsset)) reports.push(await retryRejects(asset, setting))
  return reports
}

function selectedAssets({ assets, bundled }: OpenedApp, { asset, options }: RunRequest): readonly AnyAsset[] {
  const selected = selectAssets(assets, asset === undefined ? options.select : [asset, ...(options.select ?? [])])
  assertOwnPlaces(selected, options)
  assertPartitioned(selected, options.partition)
  if (selected.length > 0) return selected
  const message = `"${bundled.sourcePath}" exports no asset; write for instance: export const scored = asset({ … })`
  throw new PipelineError('CONFIG_INVALID', message)
}

function isPipelineAsset(asset: AnyAsset): asset is PipelineAsset {
  return asset.kind === 'pipeline'
}
