import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { planFingerprint } from '../plan/plan-fingerprint.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { CommitRecord, OutputFile, RowCounts } from './commit-record.ts'
import { type DurableFiles, systemCodeOf } from './durable-files.ts'
import type { OutputPaths } from './output-paths.ts'
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

export const noRows: RowCounts = Object.freeze({ in: 0, out: 0, filtered: 0, rejected: 0, written: 0 })

export function addRows(sum: RowCounts, rows: RowCounts): RowCounts {
  return {
    in: sum.in + rows.in,
    out: sum.out + rows.out,
    filtered: sum.filtered + rows.filtered,
    rejected: sum.rejected + rows.rejected,
    written: sum.written + rows.written,
  }
}

/** Of a first generation, whose records are all there. */
export function firstManifest(plan: RunPlan, rejectsFolder: string, records: readonly CommitRecord[]): Manifest {
  return {
    version: 1,
    generation: 1,
    asset: plan.asset,
    plan: planFingerprint(plan),
    codeVersions: distinct(records.map(({ codeVersion }) => codeVersion)),
    runs: distinct(records.map(({ run }) => run)),
    format: plan.output.format,
    partCount: plan.parts.length,
    rows: records.reduce((sum, { rows }) => addRows(sum, rows), noRows),
    files: records.flatMap(({ files }) => files),
    rejectsFolder,
    rejectFiles: records.flatMap(({ rejectFiles }) => rejectFiles),
  }
}

export function distinct(texts: readonly string[]): readonly string[] {
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
