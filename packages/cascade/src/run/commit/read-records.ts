import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { CommitRecord, OutputFile } from './commit-record.ts'
import { namesIn } from './names-in.ts'
import { type OutputPaths, pathWithin } from './output-paths.ts'

/** The records of all parts that are committed, in their order. Throws CONFIG_INVALID of what is no record. */
export function readRecords({ commits }: Pick<OutputPaths, 'commits'>): readonly CommitRecord[] {
  return recordNames(commits)
    .map((name) => readRecord(join(commits, name)))
    .toSorted((a, b) => a.part - b.part)
}

/** The records of the run and of all retries of its rejects, also of retries that have not ended. */
export function readAllRecords(paths: OutputPaths): readonly CommitRecord[] {
  const retries = namesIn(paths.generations).map((name) => join(paths.generations, name, 'commits'))
  return [join(paths.own, 'commits'), ...retries].flatMap((commits) => readRecords({ commits }))
}

/** Indices of the parts that are committed, by the names of their records alone. */
export function readCommittedParts({ commits }: Pick<OutputPaths, 'commits'>): ReadonlySet<number> {
  return new Set(recordNames(commits).map((name) => Number.parseInt(name, 10)))
}

function recordNames(folder: string): readonly string[] {
  return namesIn(folder).filter((name) => /^\d{5,}\.json$/.test(name))
}

/** Without awaiting: ten thousand small files are read so in a fifth of the time, and nothing else runs yet. */
function readRecord(path: string): CommitRecord {
  try {
    const record: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (isRecord(record)) return record
  } catch (cause) {
    throw unusable(path, cause)
  }
  throw unusable(path, undefined)
}

/** Of what the protocol acts on: files that are named may be removed by a restart, and rows are added up. */
function isRecord(value: unknown): value is CommitRecord {
  if (typeof value !== 'object' || value === null) return false
  const { part, files, rejectFiles, rows }: Partial<CommitRecord> = value
  if (!Number.isSafeInteger(part) || typeof rows !== 'object') return false
  return [files, rejectFiles].every((list) => Array.isArray(list) && list.every(isOutputFile))
}

function isOutputFile(file: OutputFile): boolean {
  // Nothing is removed by this name, it is only asked whether it would lie where it should.
  return typeof file.name === 'string' && pathWithin('/', file.name) !== ''
}

function unusable(path: string, cause: unknown): PipelineError {
  return new PipelineError('CONFIG_INVALID', `file "${path}" is no commit record`, { cause })
}
