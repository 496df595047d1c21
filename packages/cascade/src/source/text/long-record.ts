import type { BadRow } from '../source-format.ts'
import type { ByteWindow } from './byte-window.ts'

/** Longer records are rejected without being held in memory. */
export const maxRecordBytes = 64 * 1024 * 1024
/** What is kept of their text. */
const keptBytes = 64 * 1024

/** The beginning of the record at the window's start, as much as rejects keep of one that is too long. */
export function keptText({ bytes, start, end }: ByteWindow): Uint8Array {
  return Uint8Array.from(bytes.subarray(start, Math.min(end, start + keptBytes)))
}

export function longRecord(byteLength: number, text: Uint8Array): Omit<BadRow, 'row'> {
  const message = `expected a record of at most ${maxRecordBytes} bytes, got ${byteLength}; the first ${text.byteLength} are kept`
  return { code: 'BODY_MALFORMED', message, text }
}
