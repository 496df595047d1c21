import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Clock, PipelineError } from '@redesmyn/core'
import type { Part, RunPlan } from '../plan/run-plan.ts'
import { type Publish, storePlan } from '../plan/stored-plan.ts'
import { checkOutput } from './check-output.ts'
import { clearOutput, isRestarting } from './clear-output.ts'
import { type DurableFiles, makeFolders, nodeFiles } from './durable-files.ts'
import { endRuns, sweepStrays } from './end-runs.ts'
import type { Epoch, ShardOf } from './epoch.ts'
import { EpochLease, lostPlace } from './epoch-lease.ts'
import { firstManifest } from './manifest.ts'
import { closeEpoch, Output } from './output.ts'
import { isInside, type OutputPaths, outputPaths } from './output-paths.ts'
import { assertReplaceable, publishOutput, workingPaths } from './publish-output.ts'
import { assertSamePlan, readPlan, settlePlan } from './settle-plan.ts'
import { sinkFailed } from './sink-failed.ts'
import { takeEpoch } from './take-epoch.ts'

export interface OutputOptions {
  /** Of this run alone: no other run of the output has it. */
  readonly runId: string
  readonly clock: Clock
  /** The time of day, UTC, ISO 8601: for people. */
  readonly isoTime: () => string
  /** The parts that this run is to make, of the plan's. */
  readonly selected: readonly Part[]
  readonly shard: ShardOf | undefined
  readonly publish: Publish
  readonly restart: boolean
  readonly acceptDrift: boolean
  /** Of the output's files, without a dot. */
  readonly extension: string
  readonly rejectsExtension: string
  /** Called once where another run has taken over: whatever is in work can't be committed any more. */
  readonly onLost: (error: PipelineError) => void
  readonly files?: DurableFiles
}

/**
 * Takes an output to make what is open of it. Leftovers of runs that were killed are removed. Throws OUTPUT_LOCKED where
 * another run holds it, PLAN_CHANGED where it was begun with another plan, CONFIG_INVALID where its folder can't take
 * commits, SINK_FAILED where it can't be written. Whoever gets it closes it. See `findOutput` for one that is complete.
 */
export async function openOutput(plan: RunPlan, options: OutputOptions): Promise<Output> {
  const { publish, runId, shard, files = nodeFiles() } = options
  const published = outputPaths(plan.output.folder, plan.output.rejectsFolder)
  const paths = workingPaths(published, publish)
  assertUsable(plan, published, paths, options)
  await checkOutput(paths.folder, files)
  const epoch = await takeEpoch(paths, files, { runId, shard }).catch((error: unknown) => {
    throw sinkFailed(paths.epochs, error)
  })
  try {
    await prepare(plan, paths, epoch, { ...options, files })
  } catch (error) {
    const lost = lostPlace(paths, epoch)
    if (lost === undefined) await closeEpoch(paths, files, epoch, false).catch(() => undefined)
    throw lost ?? sinkFailed(paths.own, error)
  }
  const { clock, onLost, isoTime, selected, extension, rejectsExtension } = options
  const lease = new EpochLease({ paths, files, clock, epoch, onLost })
  return new Output({
    ...{ plan, selected, paths, files, epoch, lease, extension, rejectsExtension, isoTime },
    publish: async (records, staging) => {
      await sweepStrays(paths, files)
      const manifest = firstManifest(plan, toldFolder(published), records)
      await publishOutput(paths, published, files, { manifest, staging })
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

async function prepare(
  plan: RunPlan,
  paths: OutputPaths,
  epoch: Epoch,
  options: OutputOptions & { readonly files: DurableFiles },
): Promise<void> {
  const { files, publish, restart, acceptDrift } = options
  await endRuns(paths, files, epoch)
  if (restart || isRestarting(paths)) await clearOutput(paths, files)
  const staging = join(paths.attempts, epoch.token)
  await settlePlan(paths, files, staging, { stored: storePlan(plan, publish), acceptDrift })
  await makeFolders(files, paths.commits)
}

/** As a manifest tells it. */
function toldFolder({ folder, rejects }: OutputPaths): string {
  return isInside(folder, rejects) ? relative(folder, rejects) : rejects
}
