import { PipelineError, stagesOf } from '@redesmyn/core'
import type { InputReference, PipelineDefinition, StepPlace } from './definition.ts'
import { assertTakes } from './assert-takes.ts'
import { type OutputOptions, resolveOutput } from './output-options.ts'

const partDefaults = Object.freeze({ batchRows: 65_536, partRows: 1_000_000, partBytes: 128 * 1024 * 1024 })

export interface PipelineParts extends OutputOptions {
  readonly input: InputReference
  readonly pipeline: unknown
  readonly batchRows?: number
  readonly partRows?: number
  readonly partBytes?: number
  readonly step: StepPlace | undefined
}

/** Checks and completes an asset of stages. Throws CONFIG_INVALID and SCHEMA_NOT_ASSIGNABLE. */
export function pipelineDefinition(owner: string, parts: PipelineParts): PipelineDefinition {
  const { input, name, step } = parts
  const stages = stagesOf(parts.pipeline, `pipeline of ${owner}`)
  const { output, events, name: last } = stages[stages.length - 1]
  if (output === undefined) {
    const why = events === undefined ? 'declares no output' : 'streams its answer'
    throw new PipelineError('CONFIG_INVALID', `pipeline of ${owner} must end in rows with a schema: "${last}" ${why}`)
  }
  if (typeof input !== 'function') assertTakes(`input of ${owner}`, input, stages[0].input)
  return Object.freeze({
    '~kind': 'asset',
    kind: 'pipeline',
    name,
    input,
    stages,
    schema: output,
    batchRows: checkCount(owner, 'batchRows', parts.batchRows ?? partDefaults.batchRows),
    partRows: checkCount(owner, 'partRows', parts.partRows ?? partDefaults.partRows),
    partBytes: checkCount(owner, 'partBytes', parts.partBytes ?? partDefaults.partBytes),
    ...resolveOutput(owner, parts),
    step,
  })
}

function checkCount(owner: string, option: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new PipelineError('CONFIG_INVALID', `${option} of ${owner} must be a whole number >= 1, got ${String(value)}`)
}
