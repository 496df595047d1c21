import { join } from 'node:path'
import type { Clock, PipelineError } from '@redesmyn/core'
import type { Part, RunPlan } from '../plan/run-plan.ts'
import type { StoredPlan } from '../plan/stored-plan.ts'
import { clearOutput, isRestarting } from './clear-output.ts'
import { type DurableFiles, makeFolders } from './durable-files.ts'
import { endRuns } from './end-runs.ts'
import type { Epoch, ShardOf } from './epoch.ts'
import { EpochLease, lostPlace } from './epoch-lease.ts'
import { closeEpoch, Output, type OutputParts } from './output.ts'
import { settlePlan } from './settle-plan.ts'
import { sinkFailed } from './sink-failed.ts'
import { takeEpoch } from './take-epoch.ts'

export interface HoldOptions {
  /** Of this run alone: no other run of the output has it. */
  readonly runId: string
  /** What its records tell of it; none where nothing is run. */
  readonly traceId?: string
  readonly clock: Clock
  /** The time of day, UTC, ISO 8601: for people. */
  readonly isoTime: () => string
  /** The parts that this run is to make, of the plan's. */
  readonly selected: readonly Part[]
  /** Of the output's files, without a dot. */
  readonly extension: string
  readonly rejectsExtension: string
  /** Called once where another run has taken over: whatever is in work can't be committed any more. */
  readonly onLost: (error: PipelineError) => void
  readonly files?: DurableFiles
}

export interface HoldRequest extends Pick<OutputParts, 'paths' | 'files' | 'publish'> {
  readonly options: HoldOptions
  readonly shard: ShardOf | undefined
  readonly stored: StoredPlan
  readonly acceptDrift: boolean
  readonly restart: boolean
}

/** Takes an output's newest epoch, ends the runs before, and settles its plan. Whoever gets it closes it. */
export async function holdOutput(plan: RunPlan, request: HoldRequest): Promise<Output> {
  const { options, paths, files, shard, publish } = request
  const { clock, onLost, isoTime, traceId, selected, extension, rejectsExtension } = options
  const epoch = await takeEpoch(paths, files, { runId: options.runId, shard }).catch((error: unknown) => {
    throw sinkFailed(paths.epochs, error)
  })
  try {
    await prepare(epoch, request)
  } catch (error) {
    const lost = lostPlace(paths, epoch)
    if (lost === undefined) await closeEpoch(paths, files, epoch, false).catch(() => undefined)
    throw lost ?? sinkFailed(paths.own, error)
  }
  const lease = new EpochLease({ paths, files, clock, epoch, onLost })
  const names = { extension, rejectsExtension }
  return new Output({ ...names, plan, selected, paths, files, epoch, lease, clock, isoTime, traceId, publish })
}

async function prepare(epoch: Epoch, request: HoldRequest): Promise<void> {
  const { paths, files, restart, stored, acceptDrift } = request
  await endRuns(paths, files, epoch)
  if (restart || isRestarting(paths)) await clearOutput(paths, files)
  await makeFolders(files, paths.commits)
  await settlePlan(paths, files, join(paths.attempts, epoch.token), { stored, acceptDrift })
}
