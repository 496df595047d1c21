import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { AnyAsset, AnySource } from '../../graph/any-asset.ts'
import { isOutput } from '../commit/output-files.ts'
import { type FoundFiles, findFiles } from '../plan/find-files.ts'

/**
 * The files of a source as they are now, or those that were committed of an asset. `folder`: the app module's. Throws
 * CONFIG_INVALID for a pattern that no file matches, and for an asset that was not made or not to its end.
 */
export async function filesOfInput(
  { name }: AnyAsset,
  input: AnySource | AnyAsset,
  folder: string,
): Promise<FoundFiles> {
  if (input['~kind'] === 'source') return await findFiles(input.from, folder)
  const made = resolve(folder, input.to)
  if (!isMade(made)) throw notMade(name, input.name, made)
  return await findFiles([made], folder)
}

/** Files that were put there by other means than a run are taken as they are. */
function isMade(folder: string): boolean {
  return isOutput(folder) ? existsSync(resolve(folder, '_SUCCESS')) : existsSync(folder)
}

function notMade(asset: string, input: string, folder: string): PipelineError {
  const found = existsSync(folder) ? 'what is there is not complete' : 'nothing is there'
  const message = `asset "${asset}" is made of asset "${input}", expected its output in folder "${folder}", but ${found}: --select +${asset} makes it first`
  return new PipelineError('CONFIG_INVALID', message, { details: { asset, input, folder } })
}
