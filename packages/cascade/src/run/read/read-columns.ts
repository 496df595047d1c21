import { pickColumns, type RecordSchema } from '@redesmyn/core'
import type { PipelineAsset } from '../../graph/any-asset.ts'

/** What a run reads of an asset's input: the columns that its first stage takes, with the constraints of the input's schema. */
export function readColumns({ input, stages }: PipelineAsset): RecordSchema {
  const taken = stages[0]?.input?.fields
  return taken === undefined ? input.schema : pickColumns(input.schema, new Set(taken.map(({ name }) => name)))
}
