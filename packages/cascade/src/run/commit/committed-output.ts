import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { StoredPlan } from '../plan/stored-plan.ts'
import { type OutputPaths, outputPaths } from './output-paths.ts'
import { workingPaths } from './publish-output.ts'
import { readPlan } from './settle-plan.ts'

/** An output that some run has begun, without the app that makes it. */
export interface CommittedOutput {
  readonly stored: StoredPlan
  /** Where it lies now: beside its folder, where it is published as a whole and somebody works on it. */
  readonly paths: OutputPaths
  /** Where it lies once it is complete. */
  readonly published: OutputPaths
  readonly isComplete: boolean
}

/** Throws CONFIG_INVALID where no run has begun an output for the folder. */
export function findCommitted(folder: string): CommittedOutput {
  const published = outputPaths(folder, folder)
  // One that is made anew beside a complete one comes first: that is the one that somebody works on.
  for (const paths of [workingPaths(published, 'atomic'), published]) {
    const stored = readPlan(paths.plan)
    if (stored === undefined) continue
    const { rejectsFolder } = stored.plan.output
    return {
      stored,
      paths: outputPaths(paths.folder, resolve(paths.folder, rejectsFolder)),
      published: outputPaths(folder, resolve(folder, rejectsFolder)),
      isComplete: existsSync(paths.success) && existsSync(paths.manifest),
    }
  }
  const message = existsSync(folder)
    ? `no run has begun an output in folder "${folder}"`
    : `there is no folder "${folder}", expected one that a run has written to`
  throw new PipelineError('CONFIG_INVALID', message, { details: { folder, isUnbegun: true } })
}
