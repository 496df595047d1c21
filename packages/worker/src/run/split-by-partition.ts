import { type PartitionValues, partitionsOf } from '@redesmyn/core'
import type { StageRooms } from '../pipeline/stage-rooms.ts'
import { type Load, pickRows } from './load.ts'

/** Rows of one partition, and its values. */
export interface PartedLoad {
  readonly load: Load
  readonly values: PartitionValues
}

/** Rows by the values of some columns, each partition by one copy; the load itself where there is only one. */
export function splitByPartition(load: Load, by: readonly string[], rooms: StageRooms): readonly PartedLoad[] {
  const partitions = partitionsOf(load.source.batch, by)
  if (partitions.length === 1) return [{ load, values: partitions[0].values }]
  return partitions.map(({ values, rows }) => ({ load: pickRows(load, rows, rooms), values }))
}
