import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { streamPath } from './asset-places.ts'

/**
 * Throws CONFIG_INVALID for an output folder that is a file, and for one in which files of the input lie: the next run
 * would find there what this one has written.
 */
export function assertOwnFolder(asset: string, folder: string, inputPaths: readonly string[]): void {
  if (folder === streamPath) return
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found !== undefined && !found.isDirectory()) {
    throw new PipelineError('CONFIG_INVALID', `the output of "${asset}" must be a folder, and "${folder}" is a file`)
  }
  const read = inputPaths.find((path) => folderOfPartitions(dirname(path)) === folder)
  if (read === undefined) return
  const message = `the output of "${asset}" must be a folder of its own, and in "${folder}" lies its input "${basename(read)}"`
  throw new PipelineError('CONFIG_INVALID', message, { details: { folder, input: read } })
}

/** Without the folders `key=value` at its end, which the output has as well. */
function folderOfPartitions(folder: string): string {
  return basename(folder).includes('=') ? folderOfPartitions(dirname(folder)) : folder
}
