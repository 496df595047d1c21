import { existsSync } from 'node:fs'
import type { CommitRecord } from '../commit/commit-record.ts'
import { type FoundEpoch, isSilent, readEpochs } from '../commit/epoch.ts'
import { addRows, noRows, readManifest } from '../commit/manifest.ts'
import type { OutputPaths } from '../commit/output-paths.ts'
import { readRecords } from '../commit/read-records.ts'
import type { OutputStatus, RunHolder } from '../output-status.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { findBegunOutput } from './find-begun-output.ts'

/** Most open parts that are named. */
const namedParts = 20

/**
 * Where an output stands, by its files alone: also while a run goes on, and after it was killed. `nowMs` is the time of
 * day. Throws CONFIG_INVALID where no run has begun an output.
 */
export function readOutputStatus(folder: string, nowMs: number): OutputStatus {
  const { plan, paths } = findBegunOutput(folder)
  const records = readRecords(paths)
  const epochs = readEpochs(paths.epochs)
  const alive = epochs.filter((epoch) => !isSilent(epoch, nowMs))
  const holder = alive.at(-1) ?? epochs.at(-1)
  return {
    folder,
    asset: plan.asset,
    codeVersion: plan.codeVersion,
    state: alive.length > 0 ? 'running' : existsSync(paths.success) ? 'complete' : 'stopped',
    parts: partsOf(plan, records),
    ...contentOf(paths, records),
    holder: holder === undefined ? undefined : holderOf(holder, nowMs),
    lastCommitAt: records
      .map(({ committedAt }) => committedAt)
      .toSorted()
      .at(-1),
  }
}

function partsOf({ parts }: RunPlan, records: readonly CommitRecord[]): OutputStatus['parts'] {
  const committed = new Set(records.map(({ part }) => part))
  const open = parts.map(({ index }) => index).filter((index) => !committed.has(index))
  return { total: parts.length, committed: committed.size, open: open.slice(0, namedParts) }
}

/** What retries of rejects have added is in the manifest alone. */
function contentOf(paths: OutputPaths, records: readonly CommitRecord[]): Pick<OutputStatus, 'rows' | 'files'> {
  const manifest = readManifest(paths)
  const rows = manifest?.rows ?? records.reduce((sum, record) => addRows(sum, record.rows), noRows)
  const files = manifest?.files ?? records.flatMap((record) => record.files)
  return {
    rows,
    files: { count: files.length, byteLength: files.reduce((sum, { byteLength }) => sum + byteLength, 0) },
  }
}

function holderOf({ run, pid, host, epoch, modifiedMs }: FoundEpoch, nowMs: number): RunHolder {
  return { runId: run, pid, host, epoch, silentMs: Math.max(0, nowMs - modifiedMs) }
}
