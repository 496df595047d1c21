import { setPriority } from 'node:os'
import { PipelineError } from '@redesmyn/core'
import { createLogger, type LoggerOptions, systemClock } from '@redesmyn/worker'
import type { AnyAsset, PipelineAsset } from '../../graph/any-asset.ts'
import { selectAssets } from '../../graph/select-assets.ts'
import { type OpenedApp, openApp } from '../app/open-app.ts'
import { readOutputStatus } from '../report/read-output-status.ts'
import { readRejects } from '../report/read-rejects.ts'
import type { RunDriver, RunRequest, RunWatcher } from '../run-driver.ts'
import type { RunReport } from '../run-report.ts'
import { explainAsset } from './explain-asset.ts'
import { prepareRun } from './prepared-run.ts'
import { reportAsset } from './report-asset.ts'
import { runAsset } from './run-asset.ts'

/** Makes assets in this process and its threads. */
export function localDriver(): RunDriver {
  return {
    async check({ app, stages }) {
      const opened = await openApp(app, stages)
      return await Promise.all([...opened.assets.values()].map(async (asset) => await reportAsset(opened, asset)))
    },
    async plan(request) {
      const opened = await openApp(request.app, request.stages)
      const assets = selectedAssets(opened, request).filter(isPipelineAsset)
      return await Promise.all(
        assets.map(async (asset) => explainAsset(await prepareRun(opened, asset, request.options))),
      )
    },
    run: runAssets,
    status: async (folder) => readOutputStatus(folder, Date.now()),
    rejects: readRejects,
    retryRejects: refuse,
    commitShards: refuse,
  }
}

async function runAssets(request: RunRequest, watcher: RunWatcher): Promise<readonly RunReport[]> {
  const { app, stages, options, signal } = request
  if (options.nice !== undefined && options.nice > 0) setPriority(options.nice)
  const opened = await openApp(app, stages)
  const logging: LoggerOptions = { level: options.logLevel ?? 'warn', format: 'auto', file: options.logFile }
  const logger = await createLogger(logging)
  const reports: RunReport[] = []
  try {
    for (const asset of selectedAssets(opened, request).filter(isPipelineAsset)) {
      const prepared = await prepareRun(opened, asset, options)
      reports.push(await runAsset(prepared, { clock: systemClock(), logger, logging, watcher, signal }))
    }
    return reports
  } finally {
    logger.close()
  }
}

function selectedAssets({ assets }: OpenedApp, { asset, options }: RunRequest): readonly AnyAsset[] {
  return selectAssets(assets, asset === undefined ? options.select : [asset, ...(options.select ?? [])])
}

function isPipelineAsset(asset: AnyAsset): asset is PipelineAsset {
  return asset.kind === 'pipeline'
}

async function refuse(): Promise<never> {
  throw new PipelineError('LIFECYCLE_MISUSE', 'this is not built yet')
}
