import { PipelineError } from '../../../errors/pipeline-error.ts'

/** Texts behind each other, as a utf8 column has them. */
export interface Texts {
  readonly offsets: Int32Array
  readonly bytes: Uint8Array
}

/**
 * Brings texts that lie apart, or are used more than once, behind each other. Few bytes of a stream can stand for very
 * many this way, so the sum is known before anything is allocated: over `maxBytes` it is BODY_TOO_LARGE.
 */
export function gatherTexts(length: number, maxBytes: number, textAt: (row: number) => Uint8Array): Texts {
  const offsets = new Int32Array(length + 1)
  let end = 0
  for (let row = 0; row < length; row++) {
    end += textAt(row).length
    if (end > maxBytes)
      throw new PipelineError('BODY_TOO_LARGE', `the texts of a column take more than ${maxBytes} bytes`)
    offsets[row + 1] = end
  }
  const bytes = new Uint8Array(end)
  for (let row = 0; row < length; row++) bytes.set(textAt(row), offsets[row])
  return { offsets, bytes }
}
