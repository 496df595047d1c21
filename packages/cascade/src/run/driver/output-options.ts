import type { PipelineError } from '@redesmyn/core'
import { sinkFormatOf } from '../../sink/sink-formats.ts'
import type { OutputOptions } from '../commit/open-output.ts'
import type { Part, RunPlan } from '../plan/run-plan.ts'
import { parseShard } from '../options/shard.ts'
import type { RunSetting } from './run-setting.ts'

/** How the output of a plan is taken. `onLost`: by default only its commits fail from then on. */
export async function outputOptions(
  { identity, options, clock }: RunSetting,
  plan: RunPlan,
  selected: readonly Part[],
  onLost: (error: PipelineError) => void = () => undefined,
): Promise<OutputOptions> {
  const sink = await sinkFormatOf(plan.output.format)
  return {
    runId: identity.runId,
    traceId: identity.traceId,
    clock,
    isoTime: () => new Date().toISOString(),
    selected,
    shard: options.shard === undefined ? undefined : parseShard(options.shard),
    publish: options.publish ?? 'part',
    restart: options.restart ?? false,
    acceptDrift: options.acceptDrift ?? false,
    extension: sink.extension(plan.output.options),
    rejectsExtension: 'ndjson',
    onLost,
  }
}
