import { compileRecordSchema, type ObjectSchema, PipelineError, type RecordSchema } from '@redesmyn/core'
import type { FrameAsset } from './any-asset.ts'
import { type FrameDefinition, type InputReference, isDefinition, type StepPlace } from './definition.ts'
import { assertTakes } from './assert-takes.ts'
import { type OutputOptions, resolveOutput } from './output-options.ts'

export interface FrameParts extends OutputOptions {
  readonly inputs: Readonly<Record<string, InputReference>>
  readonly takes?: Readonly<Record<string, RecordSchema>>
  readonly schema: ObjectSchema
  readonly make: unknown
  readonly step: StepPlace | undefined
}

/** Checks and completes an asset of whole frames. Throws CONFIG_INVALID. */
export function frameDefinition(owner: string, parts: FrameParts): FrameDefinition {
  const { inputs, takes, make, name, step } = parts
  if (!isMake(make))
    throw new PipelineError('CONFIG_INVALID', `make of ${owner} must be a function, got ${typeof make}`)
  for (const [key, input] of Object.entries(inputs)) {
    if (typeof input === 'function') continue
    if (!isDefinition(input)) {
      throw new PipelineError('CONFIG_INVALID', `inputs.${key} of ${owner} must be a source or an asset`)
    }
    assertTakes(`inputs.${key} of ${owner}`, input, takes?.[key])
  }
  return Object.freeze({
    '~kind': 'asset',
    kind: 'frame',
    name,
    inputs: Object.freeze({ ...inputs }),
    ...(takes !== undefined && { takes }),
    make,
    schema: compileRecordSchema(parts.schema, `schema of ${owner}`),
    ...resolveOutput(owner, parts),
    step,
  })
}

/** What it takes was checked by the compiler, where its types are known. */
function isMake(make: unknown): make is FrameAsset['make'] {
  return typeof make === 'function'
}
