import { PipelineError } from '../../../errors/pipeline-error.ts'
import type { ByteValues } from '../../vectors/byte-vector.ts'

/**
 * Brings texts or bytes that lie apart, or are used more than once, behind each other. Few bytes of a stream can stand for very
 * many this way, so the sum is known before anything is allocated: over `maxBytes` it is BODY_TOO_LARGE.
 */
export function gatherBytes(length: number, maxBytes: number, valueAt: (row: number) => Uint8Array): ByteValues {
  const offsets = new Int32Array(length + 1)
  let end = 0
  for (let row = 0; row < length; row++) {
    end += valueAt(row).length
    if (end > maxBytes)
      throw new PipelineError('BODY_TOO_LARGE', `the values of a column take more than ${maxBytes} bytes`)
    offsets[row + 1] = end
  }
  const bytes = new Uint8Array(end)
  for (let row = 0; row < length; row++) bytes.set(valueAt(row), offsets[row])
  return { offsets, bytes }
}
