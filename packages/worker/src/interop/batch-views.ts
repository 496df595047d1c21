import type { BatchViews } from '@redesmyn/core'
import { arrowView } from './arrow-view.ts'
import { Libraries } from './libraries.ts'
import { polarsFrame } from './polars-frame.ts'
import { readForeign } from './read-foreign.ts'

/** For direct calls of stages whose handlers take or return Arrow batches or Polars frames: `stage(rows, { views })`. */
export function batchViews(): BatchViews {
  const libraries = new Libraries()
  const copies = { add: () => undefined }
  return {
    toArrow: (batch) => arrowView(batch, { arrow: libraries.arrow, copies }),
    toPolars: (batch) => polarsFrame(batch, { libraries, copies, head: undefined }),
    readOutput: (returned) => readForeign(returned, { libraries, copies }),
  }
}
