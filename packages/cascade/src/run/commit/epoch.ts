import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { systemCodeOf } from './durable-files.ts'
import { namesIn } from './names-in.ts'
import { hasEnded, type ProcessIdentity } from './process-identity.ts'

/** How long a holder may be silent before another run may take its place. */
export const leaseMs = 30_000

/** A holder says this often that it lives. */
export const renewMs = 5_000

/** Some of a run's parts, so that several runs can share them out: the `index`-th of `count` shares, from 1. */
export interface ShardOf {
  readonly index: number
  readonly count: number
}

/** Who works on an output: `_cascade/epochs/<epoch>.json`, whose modification time says when it last lived. */
export interface Epoch extends ProcessIdentity {
  readonly epoch: number
  readonly run: string
  /** Names its folder in `attempts`, and is part of the names of its files. */
  readonly token: string
  readonly shard: ShardOf | undefined
  /** How it let go of the output; undefined while it works, and for ever where it was killed. */
  readonly ended: 'clean' | 'unclean' | undefined
}

export interface FoundEpoch extends Epoch {
  readonly path: string
  readonly modifiedMs: number
}

/** All epochs of an output that are still told, oldest first. */
export function readEpochs(folder: string): readonly FoundEpoch[] {
  return namesIn(folder)
    .filter((name) => /^\d+\.json$/.test(name))
    .map((name) => readEpoch(join(folder, name)))
    .filter((epoch) => epoch !== undefined)
    .toSorted((a, b) => a.epoch - b.epoch)
}

export function epochPath(folder: string, epoch: number): string {
  return join(folder, `${String(epoch).padStart(6, '0')}.json`)
}

/** Whether both may work at the same time: on shards of one division, each on its own. */
export function areApart(one: ShardOf | undefined, other: ShardOf | undefined): boolean {
  return one !== undefined && other !== undefined && one.count === other.count && one.index !== other.index
}

/** Whether another run may take its place. `nowMs` is told by the file system that holds the epoch. */
export function isSilent(epoch: FoundEpoch, nowMs: number): boolean {
  return epoch.ended !== undefined || nowMs - epoch.modifiedMs > leaseMs || hasEnded(epoch)
}

export function outputLocked(folder: string, holder: FoundEpoch, nowMs: number): PipelineError {
  const { pid, host, run, epoch } = holder
  const silentMs = Math.max(0, Math.round(nowMs - holder.modifiedMs))
  const message = `output folder "${folder}" is held by process ${pid} on host "${host}", which last said that it lives ${Math.round(silentMs / 1000)} s ago; another run may take over after ${leaseMs / 1000} s of silence`
  return new PipelineError('OUTPUT_LOCKED', message, { details: { folder, pid, host, run, epoch, silentMs } })
}

/** Another run has taken over: nothing of this one can reach the output any more. */
export function takenOver(folder: string, own: number, newest: Epoch | undefined): PipelineError {
  const by = newest === undefined ? 'another run' : `process ${newest.pid} on host "${newest.host}"`
  const message = `output folder "${folder}" was taken over by ${by} after this run was silent for more than ${leaseMs / 1000} s`
  const details = { folder, epoch: own, pid: newest?.pid ?? null, host: newest?.host ?? null }
  return new PipelineError('OUTPUT_LOCKED', message, { details })
}

/** Nothing where another run has removed it meanwhile. */
function readEpoch(path: string): FoundEpoch | undefined {
  try {
    const epoch: Epoch = JSON.parse(readFileSync(path, 'utf8'))
    return { ...epoch, path, modifiedMs: statSync(path).mtimeMs }
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw new PipelineError('CONFIG_INVALID', `file "${path}" is no epoch of a run`, { cause: error })
  }
}
