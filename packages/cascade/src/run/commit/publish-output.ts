import { basename, dirname, join } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { Publish } from '../plan/stored-plan.ts'
import type { DurableFiles } from './durable-files.ts'
import { type Manifest, writeManifest } from './manifest.ts'
import { namesIn, unlessAbsent } from './names-in.ts'
import { isInside, type OutputPaths, outputPaths } from './output-paths.ts'
import { sinkFailed } from './sink-failed.ts'

/** Where an output lies while it is made: in its own folder, or beside it until all of it is there. */
export function workingPaths(published: OutputPaths, publish: Publish): OutputPaths {
  if (publish === 'part') return published
  const { folder, rejects, generation } = published
  const hidden = unpublishedFolder(folder)
  return outputPaths(hidden, movedWith(folder, hidden, rejects), generation)
}

export function unpublishedFolder(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.unpublished`)
}

/** Writes the manifest and, where nobody was to see a part before, gives the whole its name in one step. */
export async function publishOutput(
  working: OutputPaths,
  published: OutputPaths,
  files: DurableFiles,
  { manifest, staging }: { readonly manifest: Manifest; readonly staging: string },
): Promise<void> {
  await writeManifest(working, files, staging, manifest)
  if (working.folder === published.folder) return
  const replaced = join(dirname(published.folder), `.${basename(published.folder)}.replaced`)
  try {
    await files.removeFolder(replaced)
    await files.rename(published.folder, replaced).catch(unlessAbsent)
    await files.rename(working.folder, published.folder)
    await files.syncFolder(dirname(published.folder))
    await files.removeFolder(replaced)
  } catch (error) {
    throw sinkFailed(published.folder, error)
  }
}

/** Throws CONFIG_INVALID where a folder holds what no run has made: it would go when the new output takes its place. */
export function assertReplaceable({ folder, rejects }: OutputPaths): void {
  const own = new Set(['_cascade', '_SUCCESS', 'manifest.json', basename(rejects)])
  const foreign = namesIn(folder).find(
    (name) => !own.has(name) && !name.includes('=') && !/^part-\d{5,}-[0-9a-f]{8}-\d+\./.test(name),
  )
  if (foreign === undefined) return
  const message = `output folder "${folder}" holds "${foreign}", which no run has made: expected an empty folder or an earlier output for publish "atomic", which replaces the folder as a whole`
  throw new PipelineError('CONFIG_INVALID', message, { details: { folder, name: foreign } })
}

/** Rejects within the output are made known with it. */
function movedWith(folder: string, hidden: string, rejects: string): string {
  return isInside(folder, rejects) ? join(hidden, rejects.slice(folder.length)) : rejects
}
