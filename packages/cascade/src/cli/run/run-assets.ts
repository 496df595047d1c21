import { prettyLines } from '@redesmyn/worker'
import type { RunSettings } from '../../run/options/run-settings.ts'
import { progressForm, RunProgress } from '../../run/progress/run-progress.ts'
import type { RunStatus } from '../../run/progress/run-status.ts'
import { TerminalProgress } from '../../run/progress/terminal-progress.ts'
import type { RunDriver, RunRequest } from '../../run/run-driver.ts'
import type { RunReport } from '../../run/run-report.ts'
import type { CommandIo } from '../command-io.ts'
import type { AppTarget } from './app-target.ts'
import { LogRelay } from './log-relay.ts'
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
  const { io, driver } = run
  const output = { write: io.writeErr, size: io.errSize, hasColor: io.hasColor }
  const form = run.settings.isQuiet ? undefined : progressForm(run.settings.progress, output)
  const progress = new RunProgress(form, io.clock, output)
  const write = (text: string): void => progress.write(text)
  const { signal, release } = runSignal(io, write)
  const letPrint = io.onPrint(write)
  const relay = form instanceof TerminalProgress ? await relayLog(run, write) : undefined
  const settings = relay === undefined ? run.settings : loggingTo(relay.path, run.settings)
  progress.announce(`${run.target.asset ?? run.target.app}: starts`)
  try {
    const reports = await driver[method](requestOf({ ...run, settings }, signal), progress).finally(() => {
      relay?.close()
      progress.ended()
    })
    for (const report of reports) io.writeErr(endText(report, settings))
    return reports
  } catch (error) {
    if (progress.last !== undefined && isOpen(progress.last)) progress.write(brokenOffText(progress.last))
    throw error
  } finally {
    letPrint()
    release()
  }
}

/** Undefined where the log has a file of its own, or can have none: a progress that is torn is no reason not to run. */
async function relayLog({ io, settings }: AssetRun, write: (text: string) => void): Promise<LogRelay | undefined> {
  if (settings.options.logFile !== undefined) return undefined
  const pretty = prettyLines(io.hasColor)
  try {
    return new LogRelay({ clock: io.clock, write, pretty })
  } catch {
    return undefined
  }
}

function loggingTo(logFile: string, settings: RunSettings): RunSettings {
  return { ...settings, options: { ...settings.options, logFile } }
}

export function requestOf({ target, settings }: AssetRun, signal: AbortSignal): RunRequest {
  return { ...target, stages: settings.stages, places: settings.places, options: settings.options, signal }
}

function isOpen({ parts }: RunStatus): boolean {
  return parts.committed < parts.total
}

function endText(report: RunReport, { isQuiet, progress }: RunSettings): string {
  if (progress === 'json') return `${JSON.stringify(summaryEvent(report))}\n`
  return isQuiet ? runSummaryLine(report) : runSummary(report)
}
