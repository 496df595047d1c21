import { resolve } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { RunPlan } from '../plan/run-plan.ts'
import { storePlan } from '../plan/stored-plan.ts'
import { findCommitted } from './committed-output.ts'
import { nodeFiles } from './durable-files.ts'
import { sweepStrays } from './end-runs.ts'
import { type HoldOptions, holdOutput } from './hold-output.ts'
import { type Manifest, readManifest, retriedManifest, writeManifest } from './manifest.ts'
import type { Output } from './output.ts'
import { outputPaths, pathWithin } from './output-paths.ts'

/** Rows of a complete output that are rejected, as files: what a retry reads. */
export interface RejectedFiles {
  readonly manifest: Manifest
  /** Absolute; the folder that all files are in. */
  readonly root: string
  /** Absolute, in the order of the parts that the rows are from. */
  readonly paths: readonly string[]
}

/** Throws CONFIG_INVALID where no run has begun an output, PARTS_MISSING where the output is not complete: a run of it comes first. */
export function findRejects(folder: string): RejectedFiles {
  const manifest = readManifest(outputPaths(folder, folder))
  if (manifest === undefined) {
    // Where no run has begun one, that is what is said.
    findCommitted(folder)
    const message = `output folder "${folder}" is not complete: run it to its end before its rejects`
    throw new PipelineError('PARTS_MISSING', message, { details: { folder } })
  }
  const root = resolve(folder, manifest.rejectsFolder)
  return { manifest, root, paths: manifest.rejectFiles.map(({ name }) => pathWithin(root, name)) }
}

/**
 * Takes a complete output to run its rejected rows again: `plan` is made of the files that `findRejects` tells. What the
 * rows give is committed part by part as in any run, killed and gone on with as any run, and is part of the output once
 * all of it is there: with the next manifest, that also names the rows that are still rejected in place of those before.
 * Code of another version than the retry was begun with is PLAN_CHANGED, unless `acceptDrift`.
 */
export async function openRetry(
  plan: RunPlan,
  before: Manifest,
  options: HoldOptions & { readonly acceptDrift: boolean },
): Promise<Output> {
  const { files = nodeFiles(), acceptDrift } = options
  const { folder, rejectsFolder } = plan.output
  const paths = outputPaths(folder, rejectsFolder, before.generation + 1)
  const output = await holdOutput(plan, {
    ...{ options, paths, files, acceptDrift, shard: undefined, restart: false },
    stored: storePlan(plan, 'part'),
    publish: async (records, staging) => {
      await sweepStrays(paths, files)
      await writeManifest(paths, files, staging, retriedManifest(before, paths, records))
      const root = resolve(folder, before.rejectsFolder)
      for (const { name } of before.rejectFiles) await files.remove(pathWithin(root, name))
      return paths
    },
  })
  if (readManifest(paths)?.generation === before.generation) return output
  await output.close()
  throw new PipelineError('OUTPUT_LOCKED', `the rejects of "${folder}" were run again by another run meanwhile`)
}
