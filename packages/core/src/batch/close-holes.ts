import { BatchRows } from '../queue/batch-rows.ts'
import type { BatchRoom, FormedBatch } from './formed-batch.ts'
import type { RoomSource } from './room-source.ts'

/**
 * Leaves only rows that somebody waits for, by one copy into a fresh room. Returns the bytes copied, 0 where there
 * are no holes, or `undefined` when there is no memory for the copy now.
 */
export function closeHoles<R extends BatchRoom>(batch: FormedBatch<R>, rooms: RoomSource<R>): number | undefined {
  if (batch.liveRows === batch.rowCount) return 0
  const source = batch.room.input(batch.rowCount)
  const room = batch.room.isView
    ? rooms.openFor(batch.group, new BatchRows(source).measure(0, batch.rowCount))
    : rooms.openLike(batch.room)
  if (room === undefined) return undefined
  const live = batch.spans.filter((span) => span.isLive)
  let rowCount = 0
  for (const span of live) {
    room.writer.appendRows(source, span.start, span.start + span.rowCount)
    span.start = rowCount
    rowCount += span.rowCount
  }
  rooms.release(batch.room)
  batch.room = room
  batch.rowCount = rowCount
  batch.spans.splice(0, batch.spans.length, ...live)
  return room.writer.byteLength
}
