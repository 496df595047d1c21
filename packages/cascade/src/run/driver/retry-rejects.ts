import type { PipelineAsset } from '../../graph/any-asset.ts'
import { findRejects, openRetry } from '../commit/open-retry.ts'
import type { RunReport } from '../run-report.ts'
import { outputFolder } from './asset-places.ts'
import { outputOptions } from './output-options.ts'
import { prepareRunOf } from './prepared-run.ts'
import { holdAndRun } from './run-asset.ts'
import { unchangedReport } from './run-reports.ts'
import type { RunSetting } from './run-setting.ts'

/** Runs the rows again that a complete output has rejected. Those that succeed become part of it. */
export async function retryRejects(asset: PipelineAsset, setting: RunSetting): Promise<RunReport> {
  const { app, options, identity } = setting
  const folder = outputFolder(asset, options, { folder: app.bundled.folder, cwd: process.cwd() })
  const { manifest, root, paths } = findRejects(folder)
  const input = { found: { root, paths }, format: 'ndjson', options: {} } as const
  const prepared = await prepareRunOf(input, app, asset, options)
  const { plan, selected } = prepared
  if (paths.length === 0) return unchangedReport(plan, identity, manifest)
  const lost = new AbortController()
  const held = await outputOptions(setting, plan, selected, (error) => lost.abort(error))
  const signal = AbortSignal.any([setting.signal, lost.signal])
  return await holdAndRun({ ...prepared, isRetry: true }, { ...setting, signal }, await openRetry(plan, manifest, held))
}
