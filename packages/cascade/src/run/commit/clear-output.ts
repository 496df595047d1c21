import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parsePlan } from '../plan/stored-plan.ts'
import type { DurableFiles } from './durable-files.ts'
import { type OutputPaths, pathWithin } from './output-paths.ts'
import { readAllRecords } from './read-records.ts'

/**
 * Removes what runs have made in an output, and nothing else. A mark is there from the first step to the last, so that
 * whoever comes after a crash removes the rest.
 */
export async function clearOutput(paths: OutputPaths, files: DurableFiles): Promise<void> {
  await markRestart(paths, files)
  for (const path of [paths.success, paths.manifest]) await files.remove(path)
  await files.syncFolder(paths.folder)
  const rejects = rejectsFolderOf(paths)
  for (const record of readAllRecords(paths)) {
    for (const { name } of record.files) await files.remove(pathWithin(paths.folder, name))
    for (const { name } of record.rejectFiles) await files.remove(pathWithin(rejects, name))
  }
  for (const folder of [paths.generations, paths.commits]) await files.removeFolder(folder)
  await files.remove(paths.plan)
  await files.syncFolder(paths.own)
  await files.remove(paths.restarting)
  await files.syncFolder(paths.own)
}

export function isRestarting(paths: OutputPaths): boolean {
  return existsSync(paths.restarting)
}

async function markRestart(paths: OutputPaths, files: DurableFiles): Promise<void> {
  if (isRestarting(paths)) return
  await files.write(paths.restarting, '')
  await files.syncFolder(dirname(paths.restarting))
}

/** Where the rejects of the run lie that is cleared: the next one may put its own elsewhere. */
function rejectsFolderOf(paths: OutputPaths): string {
  if (!existsSync(paths.plan)) return paths.rejects
  const { plan } = parsePlan(readFileSync(paths.plan, 'utf8'), paths.plan)
  return resolve(paths.folder, plan.output.rejectsFolder)
}
