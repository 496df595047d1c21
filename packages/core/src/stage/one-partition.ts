import { PipelineError } from '../errors/pipeline-error.ts'
import { partitionMixed } from './partition-mixed.ts'
import type { Partition, PartitionValues } from './partitions-of.ts'

/** What rows of one call that is not to be split have in common. Throws PARTITION_MIXED listing what they have. */
export function onePartition(by: readonly string[], partitions: readonly Partition[]): PartitionValues {
  const [only] = partitions
  if (partitions.length > 1) {
    throw partitionMixed(
      by,
      partitions.map(({ values }) => values),
    )
  }
  return only?.values ?? {}
}

/** Values that are known otherwise, from a path or from the caller, must be those of the rows. Throws PARTITION_MIXED. */
export function assertPartition(
  by: readonly string[],
  partitions: readonly Partition[],
  given: Readonly<Record<string, string>>,
): void {
  const known = by.filter((name) => Object.hasOwn(given, name))
  const isOther = partitions.some(({ values }) => known.some((name) => values[name] !== given[name]))
  if (!isOther) return
  throw partitionMixed(
    known,
    partitions.map(({ values }) => values),
    given,
  )
}

/** What a caller says the rows have in common, as text. Throws CONFIG_INVALID for a key of other columns. */
export function statedPartition(by: readonly string[], stated: Readonly<Record<string, unknown>>): PartitionValues {
  const names = Object.keys(stated)
  if (names.length !== by.length || names.some((name) => !by.includes(name))) {
    const expected = by.map((name) => `"${name}"`).join(', ')
    const received = names.map((name) => `"${name}"`).join(', ')
    throw new PipelineError('CONFIG_INVALID', `a partition by ${expected} was asked for by ${received || 'nothing'}`)
  }
  const texts = Object.entries(stated).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(texts.map(([name, value]) => [name, String(value)]))
}
