import { checkPartitionBy, PipelineError, stagesOf } from '@redesmyn/core'
import { type ModelOptions, resolveModels } from './asset-models.ts'
import type { AnyDefinition, InputReference, PipelineDefinition, StepPlace } from './definition.ts'
import { assertTakes } from './assert-takes.ts'
import { type OutputOptions, resolveOutput } from './output-options.ts'

const partDefaults = Object.freeze({ batchRows: 65_536, partRows: 1_000_000, partBytes: 128 * 1024 * 1024 })

export interface PipelineParts extends OutputOptions, ModelOptions {
  readonly input: InputReference
  readonly pipeline: unknown
  readonly partitionBy?: readonly string[]
  readonly batchRows?: number
  readonly partRows?: number
  readonly partBytes?: number
  readonly step: StepPlace | undefined
}

/** Checks and completes an asset of stages. Throws CONFIG_INVALID and SCHEMA_NOT_ASSIGNABLE. */
export function pipelineDefinition(owner: string, parts: PipelineParts): PipelineDefinition {
  const { input, name, step, partitionBy } = parts
  const stages = stagesOf(parts.pipeline, `pipeline of ${owner}`)
  const { output, events, name: last } = stages[stages.length - 1]
  if (output === undefined) {
    const why = events === undefined ? 'declares no output' : 'streams its answer'
    throw new PipelineError('CONFIG_INVALID', `pipeline of ${owner} must end in rows with a schema: "${last}" ${why}`)
  }
  if (typeof input !== 'function') {
    assertTakes(`input of ${owner}`, input, stages[0].input)
    assertPartitions(owner, partitionBy, input)
  }
  return Object.freeze({
    '~kind': 'asset',
    kind: 'pipeline',
    name,
    input,
    stages,
    partitionBy: partitionBy && Object.freeze([...partitionBy]),
    ...resolveModels(owner, parts, { stages, partitionBy }),
    schema: output,
    batchRows: checkCount(owner, 'batchRows', parts.batchRows ?? partDefaults.batchRows),
    partRows: checkCount(owner, 'partRows', parts.partRows ?? partDefaults.partRows),
    partBytes: checkCount(owner, 'partBytes', parts.partBytes ?? partDefaults.partBytes),
    ...resolveOutput(owner, parts),
    step,
  })
}

/** Throws CONFIG_INVALID for a column that the input lacks, or that cannot tell partitions apart. */
export function assertPartitions(
  owner: string,
  partitionBy: readonly string[] | undefined,
  { schema }: Pick<AnyDefinition, 'schema'>,
): void {
  if (partitionBy !== undefined) checkPartitionBy(`partitionBy of ${owner}`, partitionBy, schema.fields)
}

function checkCount(owner: string, option: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new PipelineError('CONFIG_INVALID', `${option} of ${owner} must be a whole number >= 1, got ${String(value)}`)
}
