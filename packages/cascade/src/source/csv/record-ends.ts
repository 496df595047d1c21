import { ascii } from '../text/ascii.ts'
import type { ByteWindow } from '../text/byte-window.ts'
import { maxRecordBytes } from '../text/long-record.ts'

/** What `find` gives where the record goes on behind the window. */
export const needsMore = -1
/** What `find` gives for a record that is longer than any may be. */
export const isTooLong = -2

type State = 'start' | 'text' | 'quoted' | 'closed'

/**
 * Finds where records of CSV end. A quote opens a value only at its beginning; within quotes a line's end is text, and
 * two quotes stand for one. A quote that is never closed, or closed in front of anything but a delimiter or a line's
 * end on another line, is no more than a fault of its own line: the record ends there, and the next lines are read.
 */
export class RecordEnds {
  readonly #delimiter: number
  #state: State = 'start'
  /** From the record's first byte, to go on where the window ended. */
  #distance = 0
  /** Of the first line's end within the open quotes; -1 where there is none. */
  #firstLineEnd = -1

  constructor(delimiter: number) {
    this.#delimiter = delimiter
  }

  /** Where in the window the line's end is that ends the record at its start, or why there is none. */
  find(window: ByteWindow): number {
    const { bytes, start } = window
    const limit = start + maxRecordBytes
    const to = Math.min(window.end, limit + 1)
    const end = this.#walk(bytes, start, to)
    if (end >= 0) return this.#endAt(end)
    this.#distance = to - start
    if (to > limit || window.isEnded) return this.#giveUp(start)
    return needsMore
  }

  #walk(bytes: Buffer, start: number, to: number): number {
    const delimiter = this.#delimiter
    let state = this.#state
    for (let place = start + this.#distance; place < to; place++) {
      const byte = bytes[place]
      if (state === 'quoted') {
        if (byte === ascii.quote) state = 'closed'
        else if (byte === ascii.lineFeed && this.#firstLineEnd < 0) this.#firstLineEnd = place - start
      } else if (state === 'closed' && byte === ascii.quote) state = 'quoted'
      else if (state === 'closed' && this.#firstLineEnd >= 0 && !this.#endsValue(byte))
        return start + this.#firstLineEnd
      else if (byte === ascii.lineFeed) return place
      else if (byte === delimiter) state = 'start'
      else if (byte === ascii.quote && state === 'start') {
        state = 'quoted'
        this.#firstLineEnd = -1
      } else state = 'text'
    }
    this.#state = state
    return needsMore
  }

  #endsValue(byte: number): boolean {
    return byte === this.#delimiter || byte === ascii.lineFeed || byte === ascii.carriageReturn
  }

  #giveUp(start: number): number {
    const isOpen = this.#state === 'quoted' && this.#firstLineEnd >= 0
    return this.#endAt(isOpen ? start + this.#firstLineEnd : isTooLong)
  }

  #endAt(end: number): number {
    this.reset()
    return end
  }

  /** Another record comes next. */
  reset(): void {
    this.#state = 'start'
    this.#distance = 0
    this.#firstLineEnd = -1
  }
}
