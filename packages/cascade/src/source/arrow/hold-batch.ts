import { PipelineError, type RecordBatch } from '@redesmyn/core'
import type { HeldBatch } from '../blocks/held-batch.ts'

/** A batch in memory that does not move. Whoever still knows it once it is released, its memory can go. */
export function holdBatch(batch: RecordBatch, onRelease?: () => void): HeldBatch {
  let held: RecordBatch | undefined = batch
  return {
    rowCount: batch.rowCount,
    open() {
      if (held === undefined) throw new PipelineError('INTERNAL', 'a batch was opened that had been released')
      return held
    },
    release() {
      held = undefined
      onRelease?.()
    },
  }
}
