import { statSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { glob } from 'tinyglobby'
import { assertPath } from './assert-path.ts'
import { isOutput, outputFiles } from '../commit/output-files.ts'
import { deepestFolder } from './deepest-folder.ts'

/** The files that an asset reads. */
export interface FoundFiles {
  /** Absolute; all files are in it. Folders named `key=value` are below it. */
  readonly root: string
  /** Absolute, sorted by their bytes: the same order in any locale. */
  readonly paths: readonly string[]
}

/** What a glob has beside the signs that stand for themselves. */
const globSigns = /[*?[\]{}()!+@]/

/** What whoever wrote a folder keeps there for itself. */
const unread = ['**/_*', '**/_*/**']

/**
 * The files that globs, paths of files and folders stand for, relative ones from `base`. A folder is all files below it
 * but those whose names, or whose folders' names, begin with `_` or `.`; the output of a run is the files that its
 * manifest names. Throws CONFIG_INVALID for a URL, and for a pattern that no file matches, naming it.
 */
export async function findFiles(patterns: readonly string[], base: string): Promise<FoundFiles> {
  const found = await Promise.all(patterns.map(async (pattern) => await filesOf(pattern, base)))
  const paths = [...new Set(found.flatMap(({ paths }) => paths))]
  return { root: deepestFolder(found.map(({ root }) => root)), paths: paths.toSorted(compareBytes) }
}

async function filesOf(pattern: string, base: string): Promise<FoundFiles> {
  assertPath(pattern, 'an input')
  const path = resolve(base, pattern)
  const kind = kindOf(path)
  if (kind === 'file') return { root: fixedFolder(dirname(path)), paths: [path] }
  if (kind === 'folder' && isOutput(path)) return outputFiles(path)
  const cwd = kind === 'folder' ? path : folderOfGlob(path, base)
  const paths =
    kind === 'folder' ? await filesBelow(path, '**/*', unread) : await filesBelow(cwd, relative(cwd, path), [])
  if (paths.length > 0) return { root: fixedFolder(cwd), paths }
  const message = kind === 'folder' ? `folder "${path}" holds no file to read` : absent(pattern, path, cwd)
  throw new PipelineError('CONFIG_INVALID', message, { details: { pattern, folder: cwd } })
}

function absent(pattern: string, path: string, folder: string): string {
  if (kindOf(folder) === undefined) return `no file matches "${pattern}" in folder "${folder}", which is not there`
  return globSigns.test(pattern) ? `no file matches "${pattern}" in folder "${folder}"` : `there is no file "${path}"`
}

/** The folder up to the first sign of a glob; what `base` is called is no glob. */
function folderOfGlob(path: string, base: string): string {
  const [segments, known] = [path.split(sep), base.split(sep)]
  const firstGlob = segments.findIndex((segment, at) => globSigns.test(segment) && segment !== known[at])
  return segments.slice(0, firstGlob === -1 ? -1 : firstGlob).join(sep) || sep
}

async function filesBelow(cwd: string, pattern: string, ignore: readonly string[]): Promise<readonly string[]> {
  const options = { cwd, ignore: [...ignore], onlyFiles: true, absolute: true, expandDirectories: false, dot: false }
  try {
    return await glob(pattern, options)
  } catch (cause) {
    throw new PipelineError('SOURCE_FAILED', `folder "${cwd}" cannot be read`, { cause })
  }
}

/** What is there by this very name, which may hold signs of globs. */
function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return undefined
    return found.isDirectory() ? 'folder' : 'file'
  } catch (cause) {
    throw new PipelineError('SOURCE_FAILED', `"${path}" cannot be read`, { cause })
  }
}

/** Up to the first folder that names a partition. */
function fixedFolder(folder: string): string {
  const segments = folder.split(sep)
  const partition = segments.findIndex((segment) => segment.includes('='))
  return segments.slice(0, partition === -1 ? segments.length : partition).join(sep) || sep
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
