import type { AnyStage } from './any-stage.ts'
import type { AnyCallOptions } from './call-options.ts'
import { assertPartition, onePartition, statedPartition } from './one-partition.ts'
import type { Partition } from './partitions-of.ts'

/** What becomes of rows of several partitions that come in one call. */
export type Mixed = 'refuse' | 'split'

/**
 * The options under which each partition of a call is run: with its values among the parameters. Throws PARTITION_MIXED
 * where there are several and may not be, and where they are not what the caller has said.
 */
export function partitionedOptions(
  { config: { partitionBy: by } }: AnyStage,
  partitions: readonly Partition[],
  { options, mixed }: { readonly options: AnyCallOptions; readonly mixed: Mixed },
): readonly AnyCallOptions[] {
  const { partition: stated, params, ...others } = options
  if (by === undefined) return partitions.map(() => options)
  if (mixed === 'refuse') onePartition(by, partitions)
  if (stated !== undefined) assertPartition(by, partitions, statedPartition(by, stated))
  return partitions.map(({ values }) => ({ ...others, params: { ...params, ...values } }))
}
