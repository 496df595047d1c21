import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { Part } from '../plan/run-plan.ts'
import type { StoredPlan } from '../plan/stored-plan.ts'
import { findBegunOutput } from '../report/find-begun-output.ts'
import type { ShardsReport } from '../shards-report.ts'
import { nodeFiles } from './durable-files.ts'
import { sweepStrays } from './end-runs.ts'
import { type HoldOptions, holdOutput } from './hold-output.ts'
import { firstManifest, type Manifest, readManifest } from './manifest.ts'
import { type OutputPaths, outputPaths } from './output-paths.ts'
import { publishOutput } from './publish-output.ts'
import { readCommittedParts } from './read-records.ts'
import { readPlan } from './settle-plan.ts'

export type CommitOptions = Pick<HoldOptions, 'runId' | 'clock' | 'isoTime' | 'files'>

/** Most missing parts that a message names; `details.parts` has all. */
const toldParts = 10

/**
 * Ends a run that was made as shards: once all parts are there its manifest and _SUCCESS are written. Throws
 * PARTS_MISSING naming those that are not, OUTPUT_LOCKED while a shard is at work.
 */
export async function commitShards(folder: string, options: CommitOptions): Promise<ShardsReport> {
  const { paths } = findBegunOutput(folder)
  const before = existsSync(paths.success) ? readManifest(paths) : undefined
  if (before !== undefined) return reportOf(folder, 'unchanged', before)
  assertAllParts(folder, paths)
  return reportOf(folder, 'completed', await publishAll(folder, options))
}

async function publishAll(folder: string, options: CommitOptions): Promise<Manifest> {
  const { files = nodeFiles() } = options
  const { plan, paths } = findBegunOutput(folder)
  const stored = storedPlan(paths)
  const published = outputPaths(folder, resolve(folder, stored.plan.output.rejectsFolder))
  let manifest: Manifest | undefined
  const output = await holdOutput(plan, {
    options: { ...options, selected: [], extension: '', rejectsExtension: '', onLost: () => undefined },
    ...{ paths, files, stored, shard: undefined, acceptDrift: false, restart: false },
    publish: async (records, staging) => {
      manifest = firstManifest(stored, published, records)
      await sweepStrays(paths, files)
      await publishOutput(paths, published, files, { manifest, staging })
      return published
    },
  })
  try {
    await output.finish()
  } finally {
    await output.close()
  }
  if (manifest !== undefined) return manifest
  throw new PipelineError('PARTS_MISSING', `output folder "${folder}" was cleared meanwhile`)
}

function storedPlan(paths: OutputPaths): StoredPlan {
  const stored = readPlan(paths.plan)
  if (stored !== undefined) return stored
  throw new PipelineError('PARTS_MISSING', `output folder "${paths.folder}" was cleared meanwhile`)
}

function assertAllParts(folder: string, paths: OutputPaths): void {
  const { plan } = storedPlan(paths)
  const committed = readCommittedParts(paths)
  const missing = plan.parts.filter(({ index }) => !committed.has(index))
  if (missing.length === 0) return
  const files = plan.input.files.map(({ path }) => path)
  const told = missing.slice(0, toldParts).map((part) => `${part.index} (${whatOf(part, files)})`)
  const more = missing.length > toldParts ? ` and ${missing.length - toldParts} more` : ''
  const message = `${missing.length} of ${plan.parts.length} parts of "${folder}" are missing: ${told.join(', ')}${more}; run the shards that make them`
  throw new PipelineError('PARTS_MISSING', message, {
    details: { folder, parts: missing.map(({ index }) => index) },
  })
}

function whatOf({ file, range }: Part, files: readonly string[]): string {
  const [unit, from, to] =
    range.kind === 'groups' ? ['groups', range.from, range.to] : ['bytes', range.start, range.end]
  return `${unit} ${from} to ${to} of "${files[file]}"`
}

function reportOf(folder: string, outcome: ShardsReport['outcome'], manifest: Manifest): ShardsReport {
  const { asset, partCount, files, rows } = manifest
  const byteLength = files.reduce((sum, file) => sum + file.byteLength, 0)
  return { folder, asset, outcome, partCount, files: { count: files.length, byteLength }, rows }
}
