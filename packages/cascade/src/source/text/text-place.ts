import { type ColumnLayout, ValidityWriter } from '@redesmyn/core'
import { openBytes, openOffsets } from './column-memory.ts'

/** Where the texts of a column go, byte by byte. Bytes beyond its room are lost, and `end` tells that they were. */
export class TextPlace {
  bytes: Uint8Array = new Uint8Array(0)
  offsets: Int32Array = new Int32Array(1)
  #validity: ValidityWriter | undefined

  bind(layout: ColumnLayout, buffer: ArrayBuffer): void {
    this.bytes = openBytes(layout, buffer)
    this.offsets = openOffsets(layout, buffer)
    this.#validity = layout.validity && new ValidityWriter(layout, buffer)
  }

  /** Ends the text of a row behind its last byte. False where there was no room for it. */
  end(row: number, end: number): boolean {
    if (end > this.bytes.length) return false
    this.offsets[row + 1] = end
    this.#validity?.put(row, true)
    return true
  }

  writeNull(row: number): void {
    this.offsets[row + 1] = this.offsets[row]
    this.#validity?.put(row, false)
  }
}
