import { PipelineError } from '@redesmyn/core'

/** Red, green and blue of each pixel, row after row. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** A view of the file's own bytes. */
  readonly pixels: Uint8Array
}

/** `P6`, width, height and the largest value, with blanks or comments between, and one blank before the pixels. */
const head = /^P6(?:\s|#[^\n]*\n)+(\d{1,5})(?:\s|#[^\n]*\n)+(\d{1,5})(?:\s|#[^\n]*\n)+(\d{1,5})\s/
const maxHeadBytes = 512

/** Reads a binary PPM file of 8 bits a colour. Throws REQUEST_INVALID for what is none. */
export function readPpm(bytes: Uint8Array): Picture {
  const found = head.exec(Buffer.from(bytes.subarray(0, maxHeadBytes)).toString('latin1'))
  if (found === null) throw new PipelineError('REQUEST_INVALID', 'the image is no binary PPM (P6)')
  const [whole, width, height, largest] = [found[0], Number(found[1]), Number(found[2]), Number(found[3])]
  const pixels = bytes.subarray(whole.length, whole.length + width * height * 3)
  if (largest !== 255) throw new PipelineError('REQUEST_INVALID', `a colour has 8 bits here, got up to ${largest}`)
  if (pixels.length === 0 || pixels.length < width * height * 3) {
    throw new PipelineError(
      'REQUEST_INVALID',
      `the image ends after ${pixels.length} bytes of ${width} x ${height} pixels`,
    )
  }
  return { width, height, pixels }
}

/** The same picture as a file. */
export function writePpm({ width, height, pixels }: Picture): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]))
}
