import { pickColumns, type RecordSchema } from '@redesmyn/core'
import type { PipelineAsset } from '../../graph/any-asset.ts'

/**
 * What a run reads of an asset's input: the columns that its first stage takes and those that keep rows apart, with the
 * constraints of the input's schema.
 */
export function readColumns({ input, stages, partitionBy = [] }: PipelineAsset): RecordSchema {
  const taken = stages[0]?.input?.fields
  if (taken === undefined) return input.schema
  return pickColumns(input.schema, new Set([...taken.map(({ name }) => name), ...partitionBy]))
}
