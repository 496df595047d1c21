import type { Clock, PipelineError } from '@redesmyn/core'
import type { LoggerOptions, Logger } from '@redesmyn/worker'
import { sinkFormatOf } from '../../sink/sink-formats.ts'
import { findOutput } from '../commit/find-output.ts'
import { openOutput, type OutputOptions } from '../commit/open-output.ts'
import type { RunWatcher } from '../run-driver.ts'
import type { RunReport } from '../run-report.ts'
import { AssetRun } from './asset-run.ts'
import type { PreparedRun } from './prepared-run.ts'
import { newRunIdentity, type RunIdentity } from './run-identity.ts'
import { unchangedReport } from './run-reports.ts'

export interface RunContext {
  readonly clock: Clock
  readonly logger: Logger
  readonly logging: LoggerOptions
  readonly watcher: RunWatcher
  readonly signal: AbortSignal
}

/** Runs what is open of an asset. Rejects with what stopped it: committed parts stay, and the same run goes on with the rest. */
export async function runAsset(prepared: PreparedRun, context: RunContext): Promise<RunReport> {
  const { plan, options } = prepared
  const identity = newRunIdentity(new Date())
  const rule = { acceptDrift: options.acceptDrift ?? false }
  const complete = options.restart ? undefined : findOutput(plan, rule)
  if (complete !== undefined) return unchangedReport(prepared, identity, complete)
  const lost = new AbortController()
  const onLost = (error: PipelineError): void => lost.abort(error)
  const output = await openOutput(plan, { ...(await outputOptions(prepared, identity)), clock: context.clock, onLost })
  try {
    const signal = AbortSignal.any([context.signal, lost.signal])
    return await new AssetRun({ prepared, identity, output, context: { ...context, signal } }).run()
  } finally {
    await output.close()
  }
}

async function outputOptions(
  { plan, selected, shard, options }: PreparedRun,
  { runId }: RunIdentity,
): Promise<Omit<OutputOptions, 'clock' | 'onLost'>> {
  const sink = await sinkFormatOf(plan.output.format)
  return {
    runId,
    isoTime: () => new Date().toISOString(),
    selected,
    shard,
    publish: options.publish ?? 'part',
    restart: options.restart ?? false,
    acceptDrift: options.acceptDrift ?? false,
    extension: sink.extension(plan.output.options),
    rejectsExtension: 'ndjson',
  }
}
