import { relative, resolve } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { RunPlan } from './run-plan.ts'

/** Who may see files when: each part's once it is committed, or none until all are. */
export type Publish = 'part' | 'atomic'

/** A plan as it lies in an output: paths do not say where input and output are, so that both may be moved. */
export interface StoredPlan {
  readonly version: 1
  readonly publish: Publish
  /** Code versions that made parts before the plan's own was accepted. */
  readonly earlierVersions: readonly string[]
  readonly plan: RunPlan
}

export function storePlan(plan: RunPlan, publish: Publish, earlierVersions: readonly string[] = []): StoredPlan {
  const { input, output } = plan
  const files = input.files.map((file) => ({ ...file, path: relative(input.root, file.path) }))
  return {
    version: 1,
    publish,
    earlierVersions,
    plan: {
      ...plan,
      input: { ...input, root: '', files },
      output: { ...output, folder: '', rejectsFolder: relative(output.folder, output.rejectsFolder) },
    },
  }
}

/** The plan again, as of an output that lies there now; its input's root must be told by whoever knows. */
export function restorePlan({ plan }: StoredPlan, folder: string, root: string): RunPlan {
  const { input, output } = plan
  const files = input.files.map((file) => ({ ...file, path: resolve(root, file.path) }))
  return {
    ...plan,
    input: { ...input, root, files },
    output: { ...output, folder, rejectsFolder: resolve(folder, output.rejectsFolder) },
  }
}

export function stringifyPlan(stored: StoredPlan): string {
  return `${JSON.stringify(stored)}\n`
}

/** Throws CONFIG_INVALID naming the file where the text is no plan. */
export function parsePlan(text: string, path: string): StoredPlan {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new PipelineError('CONFIG_INVALID', `file "${path}" is not JSON`, { cause })
  }
  if (isStoredPlan(value)) return value
  throw new PipelineError('CONFIG_INVALID', `file "${path}" is no plan of a run that this version of cascade reads`)
}

/** Our own file, told from foreign ones by its version; what is within was written by `stringifyPlan`. */
function isStoredPlan(value: unknown): value is StoredPlan {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'plan' in value
}
