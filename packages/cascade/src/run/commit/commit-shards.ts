import { PipelineError } from '@redesmyn/core'
import type { Part } from '../plan/run-plan.ts'
import { restorePlan } from '../plan/stored-plan.ts'
import type { ShardsReport } from '../shards-report.ts'
import { type CommittedOutput, findCommitted } from './committed-output.ts'
import { nodeFiles } from './durable-files.ts'
import { sweepStrays } from './end-runs.ts'
import { type HoldOptions, holdOutput } from './hold-output.ts'
import { firstManifest, type Manifest, readManifest } from './manifest.ts'
import { publishOutput } from './publish-output.ts'
import { readCommittedParts } from './read-records.ts'

/** Most missing parts that a message names; `details.parts` has all. */
const toldParts = 10

/**
 * Ends a run that was made as shards: once all parts are there its manifest and _SUCCESS are written. Throws
 * PARTS_MISSING naming those that are not, OUTPUT_LOCKED while a shard is at work.
 */
export async function commitShards(
  folder: string,
  options: Pick<HoldOptions, 'runId' | 'clock' | 'isoTime' | 'files'>,
): Promise<ShardsReport> {
  const found = findCommitted(folder)
  const before = found.isComplete ? readManifest(found.paths) : undefined
  if (before !== undefined) return reportOf(folder, 'unchanged', before)
  assertAllParts(found)
  return reportOf(folder, 'completed', await publishAll(found, options))
}

async function publishAll(
  { stored, paths, published }: CommittedOutput,
  { files = nodeFiles(), ...options }: Pick<HoldOptions, 'runId' | 'clock' | 'isoTime' | 'files'>,
): Promise<Manifest> {
  let manifest: Manifest | undefined
  const plan = restorePlan(stored, paths.folder, '/')
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
  throw new PipelineError('PARTS_MISSING', `output folder "${published.folder}" was cleared meanwhile`)
}

function assertAllParts({ stored, paths, published }: CommittedOutput): void {
  const committed = readCommittedParts(paths)
  const missing = stored.plan.parts.filter(({ index }) => !committed.has(index))
  if (missing.length === 0) return
  const files = stored.plan.input.files.map(({ path }) => path)
  const told = missing.slice(0, toldParts).map((part) => `${part.index} (${whatOf(part, files)})`)
  const more = missing.length > toldParts ? ` and ${missing.length - toldParts} more` : ''
  const message = `${missing.length} of ${stored.plan.parts.length} parts of "${published.folder}" ${missing.length === 1 ? 'is' : 'are'} missing: ${told.join(', ')}${more}; run the shards that make them`
  throw new PipelineError('PARTS_MISSING', message, {
    details: { folder: published.folder, parts: missing.map(({ index }) => index) },
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
