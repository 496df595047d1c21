import { findOutput } from '../commit/find-output.ts'
import { openOutput } from '../commit/open-output.ts'
import type { RunOutput } from '../execute/run-output.ts'
import type { RunReport } from '../run-report.ts'
import { streamPath } from './asset-places.ts'
import { AssetRun } from './asset-run.ts'
import { outputOptions } from './output-options.ts'
import type { PreparedRun } from './prepared-run.ts'
import { unchangedReport } from './run-reports.ts'
import type { RunSetting } from './run-setting.ts'
import { StreamOutput } from './stream-output.ts'

/** Runs what is open of an asset. Rejects with what stopped it: committed parts stay, and the same run goes on with the rest. */
export async function runAsset(prepared: PreparedRun, setting: RunSetting): Promise<RunReport> {
  const { plan, selected } = prepared
  if (plan.output.folder === streamPath) {
    return await holdAndRun(prepared, setting, new StreamOutput(plan, selected, setting.identity.runId))
  }
  const { restart, acceptDrift = false } = setting.options
  const complete = restart === true ? undefined : findOutput(plan, { acceptDrift })
  if (complete !== undefined) return unchangedReport(plan, setting.identity, complete)
  const lost = new AbortController()
  const options = await outputOptions(setting, plan, selected, (error) => lost.abort(error))
  const signal = AbortSignal.any([setting.signal, lost.signal])
  return await holdAndRun(prepared, { ...setting, signal }, await openOutput(plan, options))
}

/** Whatever comes of the run, the output is let go of. */
export async function holdAndRun(prepared: PreparedRun, setting: RunSetting, output: RunOutput): Promise<RunReport> {
  try {
    return await new AssetRun({ prepared, setting, output }).run()
  } finally {
    await output.close()
  }
}
