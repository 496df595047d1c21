import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { readManifest } from './manifest.ts'
import { outputPaths, pathWithin } from './output-paths.ts'

/** Whether a run has begun an output in the folder. */
export function isOutput(folder: string): boolean {
  return existsSync(join(folder, '_cascade', 'plan.json'))
}

/**
 * The files of a complete output, in the order of its parts: exactly those that were committed, whatever else lies
 * there. Throws SOURCE_FAILED where it is not complete.
 */
export function outputFiles(folder: string): { readonly root: string; readonly paths: readonly string[] } {
  const manifest = readManifest(outputPaths(folder, folder))
  if (manifest === undefined) {
    throw new PipelineError(
      'SOURCE_FAILED',
      `output folder "${folder}" is not complete: the run that makes it has not ended`,
    )
  }
  return { root: folder, paths: manifest.files.map(({ name }) => pathWithin(folder, name)) }
}
