import { existsSync } from 'node:fs'
import { PipelineError } from '@redesmyn/core'
import type { RunPlan } from '../plan/run-plan.ts'
import { type Publish, storePlan } from '../plan/stored-plan.ts'
import { checkOutput } from './check-output.ts'
import { isRestarting } from './clear-output.ts'
import { nodeFiles } from './durable-files.ts'
import { sweepStrays } from './end-runs.ts'
import type { ShardOf } from './epoch.ts'
import { type HoldOptions, holdOutput } from './hold-output.ts'
import { firstManifest } from './manifest.ts'
import type { Output } from './output.ts'
import { type OutputPaths, outputPaths } from './output-paths.ts'
import { assertReplaceable, publishOutput, workingPaths } from './publish-output.ts'
import { assertSamePlan, readPlan } from './settle-plan.ts'

export interface OutputOptions extends HoldOptions {
  readonly shard: ShardOf | undefined
  readonly publish: Publish
  readonly restart: boolean
  readonly acceptDrift: boolean
}

/**
 * Takes an output to make what is open of it. Leftovers of runs that were killed are removed. Throws OUTPUT_LOCKED where
 * another run holds it, PLAN_CHANGED where it was begun with another plan, CONFIG_INVALID where its folder can't take
 * commits, SINK_FAILED where it can't be written. Whoever gets it closes it. See `findOutput` for one that is complete.
 */
export async function openOutput(plan: RunPlan, options: OutputOptions): Promise<Output> {
  const { publish, shard, restart, acceptDrift, files = nodeFiles() } = options
  const published = outputPaths(plan.output.folder, plan.output.rejectsFolder)
  const paths = workingPaths(published, publish)
  assertUsable(plan, published, paths, options)
  await checkOutput(paths.folder, files)
  const stored = storePlan(plan, publish)
  return await holdOutput(plan, {
    ...{ options, paths, files, shard, stored, acceptDrift, restart },
    publish: async (records, staging) => {
      await sweepStrays(paths, files)
      await publishOutput(paths, published, files, { manifest: firstManifest(stored, published, records), staging })
      return published
    },
  })
}

/** What can be refused before anything is written. */
function assertUsable(plan: RunPlan, published: OutputPaths, paths: OutputPaths, options: OutputOptions): void {
  const { publish, restart, shard, acceptDrift } = options
  if (restart && shard !== undefined) {
    const message = `--restart with a shard would remove what other shards have made: remove folder "${published.folder}" first, then run all shards without it`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  if (publish === 'atomic') assertReplaceable(published)
  if (restart || isRestarting(paths)) return
  const stored = storePlan(plan, publish)
  // Begun the other way, or complete: its parts are where this run would not look for them.
  const other = workingPaths(published, publish === 'part' ? 'atomic' : 'part')
  for (const place of existsSync(paths.plan) ? [paths] : [paths, other]) {
    const before = readPlan(place.plan)
    if (before !== undefined) assertSamePlan(published.folder, before, stored, { acceptDrift })
  }
}
