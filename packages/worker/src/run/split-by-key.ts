import { type BatchKey, PipelineError, rowsByKey } from '@redesmyn/core'
import type { StageRooms } from '../pipeline/stage-rooms.ts'
import { type Load, pickRows } from './load.ts'

/**
 * Rows that may share a call, by one copy each; the load itself where all may. Throws HANDLER_ERROR where the key of a
 * row cannot be made.
 */
export function splitByKey(load: Load, keyOf: BatchKey | undefined, rooms: StageRooms): readonly Load[] {
  if (keyOf === undefined) return [load]
  const groups = [...keysOf(load, keyOf).values()]
  if (groups.length === 1) return [load]
  return groups.map((rows) => pickRows(load, rows, rooms))
}

function keysOf({ source }: Load, keyOf: BatchKey): ReadonlyMap<string, readonly number[]> {
  try {
    return rowsByKey(source.batch, keyOf)
  } catch (cause) {
    if (cause instanceof PipelineError) throw cause
    throw new PipelineError('HANDLER_ERROR', 'the key of a row could not be made', { cause })
  }
}
