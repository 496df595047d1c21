import { wholeRange } from '../input/whole-range.ts'
import type { FileFacts, PartLimits, PartRange } from '../source-format.ts'

/**
 * Parts of equal length in bytes, but the last. A record belongs to the part in which it begins, so that where the
 * bounds fall does not matter. A text says nothing of rows, so `partRows` cannot be kept. Compressed text is one part,
 * and so is what comes through a pipe, of which no length is known.
 */
export function splitText({ byteLength, compression }: FileFacts, { partBytes }: PartLimits): readonly PartRange[] {
  if (compression !== 'none' || byteLength === 0) return [wholeRange]
  const count = Math.ceil(byteLength / partBytes)
  return Array.from({ length: count }, (_, index) => {
    return rangeOf(index * partBytes, Math.min(byteLength, (index + 1) * partBytes))
  })
}

function rangeOf(start: number, end: number): PartRange {
  return { kind: 'bytes', start, end, firstRow: undefined, rowCount: undefined }
}
