import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { storedFingerprint } from '../plan/plan-fingerprint.ts'
import type { StoredPlan } from '../plan/stored-plan.ts'
import type { CommitRecord, OutputFile, RowCounts } from './commit-record.ts'
import { type DurableFiles, systemCodeOf } from './durable-files.ts'
import { isInside, type OutputPaths } from './output-paths.ts'
import { sinkFailed } from './sink-failed.ts'

/** What a complete output holds: `manifest.json`. */
export interface Manifest {
  readonly version: 1
  /** 1, and one more for each retry of rejects. */
  readonly generation: number
  readonly asset: string
  readonly plan: string
  /** Of all code that made parts of it. */
  readonly codeVersions: readonly string[]
  readonly runs: readonly string[]
  readonly format: string
  readonly partCount: number
  readonly rows: RowCounts
  /** In the order of their parts. */
  readonly files: readonly OutputFile[]
  /** Absolute, or relative to the output's folder where it lies within. */
  readonly rejectsFolder: string
  readonly rejectFiles: readonly OutputFile[]
}

const noRows: RowCounts = Object.freeze({ in: 0, out: 0, filtered: 0, rejected: 0, written: 0 })

function addRows(sum: RowCounts, rows: RowCounts): RowCounts {
  return {
    in: sum.in + rows.in,
    out: sum.out + rows.out,
    filtered: sum.filtered + rows.filtered,
    rejected: sum.rejected + rows.rejected,
    written: sum.written + rows.written,
  }
}

/** Of a run whose records are all there. */
export function firstManifest(stored: StoredPlan, paths: OutputPaths, records: readonly CommitRecord[]): Manifest {
  const { plan } = stored
  return {
    version: 1,
    generation: 1,
    asset: plan.asset,
    plan: storedFingerprint(stored),
    codeVersions: distinct(records.map(({ codeVersion }) => codeVersion)),
    runs: distinct(records.map(({ run }) => run)),
    format: plan.output.format,
    partCount: plan.parts.length,
    rows: sumRows(records),
    files: records.flatMap(({ files }) => files),
    rejectsFolder: toldRejects(paths),
    rejectFiles: records.flatMap(({ rejectFiles }) => rejectFiles),
  }
}

/** Of an output some of whose rejected rows were run again: what they gave is added, and what was still rejected stays. */
export function retriedManifest(before: Manifest, paths: OutputPaths, records: readonly CommitRecord[]): Manifest {
  const retried = sumRows(records)
  if (retried.in !== before.rows.rejected) {
    const message = `a retry ran ${retried.in} rows, expected the ${before.rows.rejected} that were rejected`
    throw new PipelineError('INTERNAL', message, { details: { folder: paths.folder } })
  }
  const rows = addRows({ ...before.rows, rejected: 0 }, { ...retried, in: 0 })
  return {
    ...before,
    generation: paths.generation,
    codeVersions: distinct([...before.codeVersions, ...records.map(({ codeVersion }) => codeVersion)]),
    runs: distinct([...before.runs, ...records.map(({ run }) => run)]),
    rows,
    files: [...before.files, ...records.flatMap(({ files }) => files)],
    rejectsFolder: toldRejects(paths),
    rejectFiles: records.flatMap(({ rejectFiles }) => rejectFiles),
  }
}

export function sumRows(records: Iterable<Pick<CommitRecord, 'rows'>>): RowCounts {
  let sum = noRows
  for (const { rows } of records) sum = addRows(sum, rows)
  return sum
}

/** Where the rejects lie, so that the output may be moved with those that lie in it. */
function toldRejects({ folder, rejects }: OutputPaths): string {
  return isInside(folder, rejects) ? relative(folder, rejects) : rejects
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

/** Undefined where the output is not complete. */
export function readManifest({ manifest }: Pick<OutputPaths, 'manifest'>): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(manifest, 'utf8'))
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Writes the manifest, and after it the mark that says that all is there. Each appears whole or not at all. */
export async function writeManifest(
  paths: OutputPaths,
  files: DurableFiles,
  staging: string,
  manifest: Manifest,
): Promise<void> {
  await putFile(paths, files, {
    staged: join(staging, '.manifest'),
    path: paths.manifest,
    text: `${JSON.stringify(manifest, null, 2)}\n`,
  })
  await putFile(paths, files, { staged: join(staging, '.success'), path: paths.success, text: '' })
}

interface StagedFile {
  readonly staged: string
  readonly path: string
  readonly text: string
}

async function putFile(paths: OutputPaths, files: DurableFiles, { staged, path, text }: StagedFile): Promise<void> {
  try {
    await files.write(staged, text)
    await files.rename(staged, path)
    await files.syncFolder(paths.folder)
  } catch (error) {
    throw sinkFailed(path, error)
  }
}
