import type { ReaderNotes } from '../source-format.ts'
import { ascii } from '../text/ascii.ts'
import { ByteWindow } from '../text/byte-window.ts'
import { textChunks } from '../text/input/text-chunks.ts'
import { maxRecordBytes } from '../text/long-record.ts'
import { isTooLong, needsMore, RecordEnds } from './record-ends.ts'

/** Where to look for the first record of a part. */
export interface RecordSearch {
  readonly path: string
  /** The record begins here or behind. */
  readonly start: number
  readonly delimiter: number
  readonly signal: AbortSignal
  readonly notes: ReaderNotes | undefined
}

/**
 * The offset of the first record that begins at `start` or behind it; the end of the text where there is none. Whether
 * a line's end is within quotes can be told only from the text before it, so that is looked through from the nearest
 * record that is known: at the speed of a search where it has no quotes.
 */
export async function findRecordStart({ path, start, delimiter, signal, notes }: RecordSearch): Promise<number> {
  const known = notes?.recordStarts.get(path) ?? 0
  const from = known <= start ? known : 0
  const window = new ByteWindow(textChunks(path, from, signal), from)
  const ends = new RecordEnds(delimiter)
  try {
    if (from === 0) await window.skipByteOrderMark()
    while (window.offsetOf(window.start) < start) {
      if (skipRecords(window, ends, start) === isTooLong) await skipLongRecord(window)
      if (!(await readOn(window))) break
    }
    return window.offsetOf(window.start)
  } finally {
    await window.close()
  }
}

/** Reads on. False where nothing is left: what was read may have got its last line's end only now. */
export async function readOn(window: ByteWindow): Promise<boolean> {
  return (await window.fill()) || window.length > 0
}

/** Skips a record that `RecordEnds` found too long, up to the line's end behind what it looked at. */
export async function skipLongRecord(window: ByteWindow): Promise<number> {
  window.start += maxRecordBytes
  return maxRecordBytes + (await window.skipLine())
}

/** Skips whole records in the window that begin before `start`. */
function skipRecords(window: ByteWindow, ends: RecordEnds, start: number): number {
  if (!window.bytes.subarray(window.start, window.end).includes(ascii.quote)) return skipLines(window, ends, start)
  while (window.offsetOf(window.start) < start) {
    const end = ends.find(window)
    if (end < 0) return end
    window.start = end + 1
  }
  return window.start
}

/** The same where each line's end ends a record: nothing needs to be looked at but the ends next to `start`. */
function skipLines(window: ByteWindow, ends: RecordEnds, start: number): number {
  const { bytes } = window
  // What is left of an earlier window may have been looked through already.
  ends.reset()
  const lastByte = window.start + start - window.offsetOf(window.start) - 1
  const next = lastByte < window.end ? bytes.subarray(0, window.end).indexOf(ascii.lineFeed, lastByte) : -1
  const end = next >= 0 ? next : bytes.subarray(0, window.end).lastIndexOf(ascii.lineFeed)
  if (end >= window.start) window.start = end + 1
  return window.length > maxRecordBytes ? isTooLong : needsMore
}
