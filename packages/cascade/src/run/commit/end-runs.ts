import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DurableFiles } from './durable-files.ts'
import { areApart, type Epoch, readEpochs } from './epoch.ts'
import { unlessAbsent } from './names-in.ts'
import { attemptFolders, type OutputPaths } from './output-paths.ts'
import { readAllRecords } from './read-records.ts'

/**
 * Ends the runs that worked on the same parts before `own`, and removes what they left that no record names.
 *
 * A run reaches the output only by names within its folder of attempts. Once that folder has another name, a run that was
 * merely stopped can't rename a file into the output nor link a record, however far it had come: what is committed by
 * then is all that it ever commits. Only after that may its files be looked through.
 */
export async function endRuns(paths: OutputPaths, files: DurableFiles, own: Epoch): Promise<void> {
  const ended = readEpochs(paths.epochs).filter(({ epoch, shard }) => epoch < own.epoch && !areApart(shard, own.shard))
  const unclean = ended.filter((epoch) => epoch.ended !== 'clean')
  for (const { token } of ended) await endAttempts(paths, files, token)
  if (unclean.length > 0) await removeOrphans(paths, files, new Set(unclean.map(({ token }) => token)))
  for (const { token } of ended) await removeAttempts(paths, files, token)
  // Last: as long as an epoch is told, whoever comes next looks after what it left.
  for (const { path } of ended) await files.remove(path)
}

/**
 * Removes what runs left that were killed before they had an epoch, or while they looked whether the folder takes links.
 * For the run that completes an output: nobody else is at work on it.
 */
export async function sweepStrays(paths: OutputPaths, files: DurableFiles): Promise<void> {
  const known = new Set(readEpochs(paths.epochs).map(({ token }) => token))
  for (const { name } of entriesOf(paths.attempts)) {
    if (!known.has(name)) await files.removeFolder(join(paths.attempts, name))
  }
  for (const { name } of entriesOf(paths.own)) {
    if (name.startsWith('.probe-')) await files.remove(join(paths.own, name))
  }
}

async function endAttempts(paths: OutputPaths, files: DurableFiles, token: string): Promise<void> {
  for (const folder of attemptFolders(paths)) {
    await files.rename(join(folder, token), endedName(folder, token)).catch(unlessAbsent)
    await files.syncFolder(folder).catch(unlessAbsent)
  }
}

async function removeAttempts(paths: OutputPaths, files: DurableFiles, token: string): Promise<void> {
  for (const folder of attemptFolders(paths)) await files.removeFolder(endedName(folder, token))
}

/** Removes files that were given their final names, but whose record was never linked. */
async function removeOrphans(paths: OutputPaths, files: DurableFiles, tokens: ReadonlySet<string>): Promise<void> {
  const records = readAllRecords(paths)
  const output = new Set(records.flatMap((record) => record.files.map(({ name }) => name)))
  const rejects = new Set(records.flatMap((record) => record.rejectFiles.map(({ name }) => name)))
  for (const name of partFiles(paths.folder, tokens)) {
    if (!output.has(name)) await files.remove(join(paths.folder, name))
  }
  for (const name of partFiles(paths.rejects, tokens)) {
    if (!rejects.has(name)) await files.remove(join(paths.rejects, name))
  }
}

/** Names of files of parts that runs with these tokens made, also in folders of partitions. */
function partFiles(folder: string, tokens: ReadonlySet<string>, within = ''): readonly string[] {
  return entriesOf(join(folder, within)).flatMap((entry) => {
    const name = `${within}${entry.name}`
    if (entry.isDirectory()) return entry.name.includes('=') ? partFiles(folder, tokens, `${name}/`) : []
    const token = /^part-\d{5,}-([0-9a-f]{8})-\d+\./.exec(entry.name)?.[1]
    return token !== undefined && tokens.has(token) ? [name] : []
  })
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    unlessAbsent(error)
    return []
  }
}

function endedName(folder: string, token: string): string {
  return join(folder, `${token}.ended`)
}
