import type { Batch } from '@redesmyn/core'

export default function wide(batch: Batch) {
  return batch.rows().map(() => ({ y: 1 }))
}
