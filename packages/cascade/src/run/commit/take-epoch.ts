import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type DurableFiles, makeFolders, systemCodeOf } from './durable-files.ts'
import {
  areApart,
  type Epoch,
  epochPath,
  type FoundEpoch,
  isSilent,
  outputLocked,
  readEpochs,
  type ShardOf,
} from './epoch.ts'
import { attemptFolders, type OutputPaths } from './output-paths.ts'
import { ownIdentity } from './process-identity.ts'

export interface EpochRequest {
  readonly runId: string
  readonly shard: ShardOf | undefined
}

/**
 * Becomes the one that works on an output, or on its shard of it. Throws OUTPUT_LOCKED, naming the holder, where another
 * run does. What that one left is still there: see `endRuns`.
 */
export async function takeEpoch(paths: OutputPaths, files: DurableFiles, request: EpochRequest): Promise<Epoch> {
  await makeFolders(files, paths.epochs)
  for (const folder of attemptFolders(paths)) await makeFolders(files, folder)
  for (;;) {
    const epoch = await proposeEpoch(paths, files, request)
    if (epoch !== undefined) return epoch
    // Somebody else has taken the number between our look and our link.
  }
}

async function proposeEpoch(
  paths: OutputPaths,
  files: DurableFiles,
  { runId, shard }: EpochRequest,
): Promise<Epoch | undefined> {
  const known = readEpochs(paths.epochs)
  const epoch = (known.at(-1)?.epoch ?? 0) + 1
  const token = randomBytes(4).toString('hex')
  const own: Epoch = { ...ownIdentity(), epoch, run: runId, token, shard, ended: undefined }
  // Before the epoch can be seen: who takes over must find the folder, because taking it away is what ends a run.
  const folders = attemptFolders(paths).map((folder) => join(folder, token))
  for (const folder of folders) if (!(await files.makeFolder(folder))) return undefined
  const isTaken = await linkEpoch(paths, files, { own, known }).catch((error: unknown) => {
    // Whoever completed the output meanwhile has swept away a folder that no epoch told of. Let us look again.
    if (systemCodeOf(error) === 'ENOENT') return false
    throw error
  })
  if (isTaken) return own
  for (const folder of folders) await files.removeFolder(folder)
  return undefined
}

async function linkEpoch(
  paths: OutputPaths,
  files: DurableFiles,
  { own, known }: { readonly own: Epoch; readonly known: readonly FoundEpoch[] },
): Promise<boolean> {
  const proposal = join(paths.attempts, own.token, '.epoch')
  await files.write(proposal, `${JSON.stringify(own)}\n`)
  const nowMs = statSync(proposal).mtimeMs
  const holder = known.find((other) => !areApart(other.shard, own.shard) && !isSilent(other, nowMs))
  if (holder !== undefined) {
    for (const folder of attemptFolders(paths)) await files.removeFolder(join(folder, own.token))
    throw outputLocked(paths.folder, holder, nowMs)
  }
  if (!(await files.link(proposal, epochPath(paths.epochs, own.epoch)))) return false
  await files.syncFolder(paths.epochs)
  await files.remove(proposal)
  return true
}
