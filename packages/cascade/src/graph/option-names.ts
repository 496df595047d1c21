import { assertOptionNames, type OptionNames } from '@redesmyn/core'
import type { OutputOptions, RejectOptions } from './output-options.ts'

const ofRejects = { to: true, maxRows: true, maxRatio: true } as const
const ofOutput = { name: true, to: true, format: true, options: true, onReject: true, version: true } as const
const ofParts = { batchRows: true, partRows: true, partBytes: true } as const
const ofModels = { models: true, modelStage: true } as const

export const sourceOptionNames = { name: true, schema: true, from: true, format: true, options: true } as const

/** Of an asset over the rows of one input. */
export const pipelineOptionNames = {
  ...ofOutput,
  ...ofParts,
  ...ofModels,
  input: true,
  inputs: true,
  pipeline: true,
  partitionBy: true,
} as const

/** Of an asset that is one function over frames. */
export const frameOptionNames = { ...ofOutput, input: true, inputs: true, schema: true, make: true } as const

export const graphOptionNames = { ...ofOutput, ...ofParts, inputs: true, graph: true } as const

/** Throws CONFIG_INVALID for an option that there is not, in `onReject` as well. */
export function assertAssetOptionNames<Options extends OutputOptions>(
  owner: string,
  options: OutputOptions,
  names: OptionNames<Options>,
): void {
  assertOptionNames<Options>(owner, options, names)
  assertOptionNames<RejectOptions>(`onReject of ${owner}`, options.onReject ?? {}, ofRejects)
}
