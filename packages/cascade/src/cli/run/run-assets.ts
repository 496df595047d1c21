import type { RunSettings } from '../../run/options/run-settings.ts'
import { progressForm, RunProgress } from '../../run/progress/run-progress.ts'
import type { RunStatus } from '../../run/progress/run-status.ts'
import type { RunDriver, RunRequest } from '../../run/run-driver.ts'
import type { RunReport } from '../../run/run-report.ts'
import type { CommandIo } from '../command-io.ts'
import type { AppTarget } from './app-target.ts'
import { runSignal } from './run-signal.ts'
import { brokenOffText, runSummary, runSummaryLine, summaryEvent } from './run-summary.ts'

/** What both commands that make assets need. */
export interface AssetRun {
  readonly io: CommandIo
  readonly driver: RunDriver
  readonly target: AppTarget
  readonly settings: RunSettings
}

/** Makes assets while progress is shown, and says what came of them. Rejects with what the driver rejects with. */
export async function runAssets(run: AssetRun, method: 'run' | 'retryRejects'): Promise<readonly RunReport[]> {
  const { io, driver, settings } = run
  const output = { write: io.writeErr, size: io.errSize, hasColor: io.hasColor }
  const form = settings.isQuiet ? undefined : progressForm(settings.progress, output)
  const progress = new RunProgress(form, io.clock, output)
  const { signal, release } = runSignal(io, (text) => progress.write(text))
  try {
    const reports = await driver[method](requestOf(run, signal), progress)
    progress.ended()
    for (const report of reports) io.writeErr(endText(report, settings))
    return reports
  } catch (error) {
    progress.ended()
    if (progress.last !== undefined && isOpen(progress.last)) progress.write(brokenOffText(progress.last))
    throw error
  } finally {
    release()
  }
}

export function requestOf({ target, settings }: AssetRun, signal: AbortSignal): RunRequest {
  return { ...target, stages: settings.stages, options: settings.options, signal }
}

function isOpen({ parts }: RunStatus): boolean {
  return parts.committed < parts.total
}

function endText(report: RunReport, { isQuiet, progress }: RunSettings): string {
  if (progress === 'json') return `${JSON.stringify(summaryEvent(report))}\n`
  return isQuiet ? runSummaryLine(report) : runSummary(report)
}
