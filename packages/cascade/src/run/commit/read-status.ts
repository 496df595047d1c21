import type { OutputStatus, RunHolder } from '../output-status.ts'
import { findCommitted } from './committed-output.ts'
import { type FoundEpoch, isSilent, readEpochs } from './epoch.ts'
import { readManifest, sumRows } from './manifest.ts'
import { readRecords } from './read-records.ts'

/** Most open parts that are told. */
const toldParts = 20

/**
 * Where the output in a folder stands, by its files alone; nothing is written. `nowMs` is the time of day, against which
 * holders have been silent. Throws CONFIG_INVALID where no run has begun one.
 */
export function readStatus(folder: string, nowMs: number): OutputStatus {
  const { stored, paths, isComplete } = findCommitted(folder)
  const records = readRecords(paths)
  const manifest = isComplete ? readManifest(paths) : undefined
  const committed = new Set(records.map(({ part }) => part))
  const open = stored.plan.parts.filter(({ index }) => !committed.has(index)).map(({ index }) => index)
  const files = manifest?.files ?? records.flatMap((record) => record.files)
  const epochs = readEpochs(paths.epochs)
  const isRunning = epochs.some((epoch) => !isSilent(epoch, nowMs))
  const lastCommitAt = records
    .map(({ committedAt }) => committedAt)
    .toSorted()
    .at(-1)
  return {
    folder,
    asset: stored.plan.asset,
    codeVersion: stored.plan.codeVersion,
    state: isComplete ? 'complete' : isRunning ? 'running' : 'stopped',
    parts: { total: stored.plan.parts.length, committed: committed.size, open: open.slice(0, toldParts) },
    rows: manifest?.rows ?? sumRows(records),
    files: { count: files.length, byteLength: files.reduce((sum, { byteLength }) => sum + byteLength, 0) },
    holder: holderOf(epochs.findLast((epoch) => !isSilent(epoch, nowMs)) ?? epochs.at(-1), nowMs),
    lastCommitAt,
  }
}

function holderOf(epoch: FoundEpoch | undefined, nowMs: number): RunHolder | undefined {
  if (epoch === undefined) return undefined
  const { run, pid, host, modifiedMs } = epoch
  return { runId: run, pid, host, epoch: epoch.epoch, silentMs: Math.max(0, Math.round(nowMs - modifiedMs)) }
}
