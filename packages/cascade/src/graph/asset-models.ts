import { type AnyStage, type ModelCache, PipelineError } from '@redesmyn/core'
import type { PipelineAsset } from './any-asset.ts'

export interface ModelOptions {
  readonly models?: ModelCache<unknown> | undefined
  readonly modelStage?: string | undefined
}

/**
 * Which models an asset's rows are given, and in which stage: what the artifact's path names, `partitionBy` must tell of the
 * rows. Throws CONFIG_INVALID.
 */
export function resolveModels(
  owner: string,
  { models, modelStage }: ModelOptions,
  { stages, partitionBy = [] }: Pick<PipelineAsset, 'stages'> & { readonly partitionBy: readonly string[] | undefined },
): Pick<PipelineAsset, 'models' | 'modelStage'> {
  if (models === undefined) return { models, modelStage: undefined }
  const missing = models.path.names.filter((name) => !partitionBy.includes(name)).map((name) => `"${name}"`)
  if (missing.length > 0) {
    const message = `the model path "${models.path.text}" of ${owner} needs ${missing.join(', ')}: name it in partitionBy`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  return { models, modelStage: findStage(owner, modelStage, stages) }
}

/** Which handler takes a model is known to the compiler only, so in a pipeline it has to be said. */
function findStage(owner: string, modelStage: string | undefined, stages: readonly AnyStage[]): string {
  const name = modelStage ?? (stages.length === 1 ? stages[0].name : undefined)
  if (name !== undefined && stages.some((stage) => stage.name === name)) return name
  const names = stages.map((stage) => `"${stage.name}"`).join(', ')
  const received = name === undefined ? 'nothing' : `"${name}"`
  const message = `${owner} has models, so modelStage must name the stage that takes them, one of ${names}, got ${received}`
  throw new PipelineError('CONFIG_INVALID', message)
}
