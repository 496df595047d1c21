import { assertOptionNames, type ObjectSchema, type OptionNames } from '@redesmyn/core'
import type { FrameAssetOptions, ModelledAssetOptions, PartOptions } from './asset.ts'
import type { GraphAssetOptions } from './graph-asset.ts'
import type { OutputOptions, RejectOptions } from './output-options.ts'
import type { SourceOptions } from './source.ts'

const ofRejects: OptionNames<RejectOptions> = { to: true, maxRows: true, maxRatio: true }
const ofOutput: OptionNames<OutputOptions> = {
  name: true,
  to: true,
  format: true,
  options: true,
  onReject: true,
  version: true,
}
const ofParts: OptionNames<PartOptions> = { batchRows: true, partRows: true, partBytes: true }

export const sourceOptionNames: OptionNames<SourceOptions<ObjectSchema>> = {
  name: true,
  schema: true,
  from: true,
  format: true,
  options: true,
}

/** Of an asset over the rows of one input. */
export const pipelineOptionNames: OptionNames<ModelledAssetOptions<ObjectSchema, ObjectSchema, ObjectSchema, unknown>> =
  {
    ...ofOutput,
    ...ofParts,
    input: true,
    inputs: true,
    pipeline: true,
    partitionBy: true,
    models: true,
    modelStage: true,
  }

/** Of an asset that is one function over frames. */
export const frameOptionNames: OptionNames<FrameAssetOptions<Readonly<Record<string, never>>, ObjectSchema>> = {
  ...ofOutput,
  input: true,
  inputs: true,
  schema: true,
  make: true,
}

export const graphOptionNames: OptionNames<GraphAssetOptions<Readonly<Record<string, never>>, ObjectSchema>> = {
  ...ofOutput,
  ...ofParts,
  inputs: true,
  graph: true,
}

/** Throws CONFIG_INVALID for an option that there is not, in `onReject` as well. */
export function assertAssetOptionNames(
  owner: string,
  options: OutputOptions,
  names: Readonly<Record<string, true>>,
): void {
  assertOptionNames(owner, options, names)
  assertOptionNames(`onReject of ${owner}`, options.onReject ?? {}, ofRejects)
}
