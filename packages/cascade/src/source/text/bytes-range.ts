import { PipelineError } from '@redesmyn/core'
import type { PartRange } from '../source-format.ts'

export type BytesRange = Extract<PartRange, { readonly kind: 'bytes' }>

/** The range of a text's part. Throws INTERNAL for any other. */
export function bytesRangeOf(range: PartRange): BytesRange {
  if (range.kind === 'bytes') return range
  throw new PipelineError('INTERNAL', `a part of a text is a range of bytes, got ${range.kind}`)
}
