import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { comparePlans, type PlanChange } from '../plan/compare-plans.ts'
import { parsePlan, type StoredPlan, stringifyPlan } from '../plan/stored-plan.ts'
import type { DurableFiles } from './durable-files.ts'
import type { OutputPaths } from './output-paths.ts'

/** Most changes that a message names; `details.changes` has all. */
const toldChanges = 10

export interface DriftRule {
  /** Whether parts that are open may be made by code of another version. */
  readonly acceptDrift: boolean
}

export function readPlan(path: string): StoredPlan | undefined {
  return existsSync(path) ? parsePlan(readFileSync(path, 'utf8'), path) : undefined
}

/** Throws PLAN_CHANGED naming what is not as it was. Whether only the code changed, and may. */
export function assertSamePlan(
  folder: string,
  before: StoredPlan,
  after: StoredPlan,
  rule: DriftRule,
): 'same' | 'drift' {
  const changes = comparePlans(before, after)
  if (changes.length === 0) return 'same'
  if (rule.acceptDrift && changes.every(({ kind }) => kind === 'code')) return 'drift'
  throw planChanged(folder, changes)
}

/**
 * Makes a plan the one that an output is made by, or sees that it is: whoever is first writes it, shards that begin at
 * the same time included.
 */
export async function settlePlan(
  paths: OutputPaths,
  files: DurableFiles,
  staging: string,
  { stored, acceptDrift }: DriftRule & { readonly stored: StoredPlan },
): Promise<void> {
  const staged = join(staging, '.plan')
  const before = readPlan(paths.plan)
  if (before === undefined) {
    await files.write(staged, stringifyPlan(stored))
    await files.link(staged, paths.plan)
    await files.syncFolder(dirname(paths.plan))
    await files.remove(staged)
  }
  const settled = before ?? readPlan(paths.plan)
  if (settled === undefined || assertSamePlan(paths.folder, settled, stored, { acceptDrift }) === 'same') return
  const earlierVersions = [...settled.earlierVersions, settled.plan.codeVersion]
  await files.write(staged, stringifyPlan({ ...stored, earlierVersions }))
  await files.rename(staged, paths.plan)
  await files.syncFolder(dirname(paths.plan))
}

function planChanged(folder: string, changes: readonly PlanChange[]): PipelineError {
  const texts = changes.map(({ text }) => text)
  const more = texts.length > toldChanges ? [`and ${texts.length - toldChanges} more`] : []
  const told = [...texts.slice(0, toldChanges), ...more].join('; ')
  const way = changes.every(({ kind }) => kind === 'code')
    ? '--accept-drift makes the open parts with the new code, --restart makes all anew'
    : '--restart makes all anew'
  const message = `output folder "${folder}" was begun with another plan: ${told}; ${way}`
  return new PipelineError('PLAN_CHANGED', message, { details: { folder, changes: texts } })
}
