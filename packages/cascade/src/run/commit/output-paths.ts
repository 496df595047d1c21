import { isAbsolute, join, normalize, sep } from 'node:path'
import { PipelineError } from '@redesmyn/core'

/** The name of the folder of our own in an output. */
const ownFolder = '_cascade'

/** Where the files of an output lie. */
export interface OutputPaths {
  readonly folder: string
  /** Absolute; often within `folder`. */
  readonly rejects: string
  readonly own: string
  /** Which rows were run: 1 is the run itself, each retry of rejects one more. */
  readonly generation: number
  readonly plan: string
  readonly commits: string
  /** A folder for each retry of rejects. */
  readonly generations: string
  readonly epochs: string
  /** A folder for each run at work, where its files lie until they are committed. */
  readonly attempts: string
  /** The same, beside the rejects where those lie elsewhere: a file is renamed only within a file system. */
  readonly rejectAttempts: string
  /** There while a restart removes what was made before. */
  readonly restarting: string
  readonly manifest: string
  readonly success: string
}

export function outputPaths(folder: string, rejects: string, generation = 1): OutputPaths {
  const own = join(folder, ownFolder)
  const attempts = join(own, 'attempts')
  const generations = join(own, 'generations')
  const ofGeneration = generation === 1 ? own : join(generations, String(generation))
  return {
    folder,
    rejects,
    own,
    generation,
    plan: join(ofGeneration, 'plan.json'),
    commits: join(ofGeneration, 'commits'),
    generations,
    epochs: join(own, 'epochs'),
    attempts,
    rejectAttempts: isInside(folder, rejects) ? attempts : join(rejects, ownFolder, 'attempts'),
    restarting: join(own, 'restarting'),
    manifest: join(folder, 'manifest.json'),
    success: join(folder, '_SUCCESS'),
  }
}

/** Whether a folder lies within another one. */
export function isInside(outer: string, inner: string): boolean {
  return inner.startsWith(outer.endsWith(sep) ? outer : outer + sep)
}

/** Five digits, or more where the plan has more parts: names then sort as their parts do. */
export function partName(part: number, partCount: number): string {
  return String(part).padStart(Math.max(5, String(partCount - 1).length), '0')
}

/** The folders of a partition as they are named in an output: `day=2026-01-01/region=eu`, or nothing. */
export function partitionFolder(partition: Readonly<Record<string, string>>): string {
  return Object.entries(partition)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('/')
}

/** The path of a name that a record tells. Throws CONFIG_INVALID where it would lie outside of the folder. */
export function pathWithin(folder: string, name: string): string {
  const isInside = name !== '' && !isAbsolute(name) && !name.includes('\0') && !normalize(name).startsWith('..')
  if (isInside) return join(folder, name)
  throw new PipelineError('CONFIG_INVALID', `expected the name of a file in "${folder}", got "${name}"`)
}

/** The folders in which each run at work has one of its own. */
export function attemptFolders({ attempts, rejectAttempts }: OutputPaths): readonly string[] {
  return [...new Set([rejectAttempts, attempts])]
}
