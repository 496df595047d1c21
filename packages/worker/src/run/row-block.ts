import type { Capacity, Field } from '@redesmyn/core'

/** Rows in shared memory of their own, laid out by `layoutBatch(fields, capacity)`. Any thread can read them. */
export interface RowBlock {
  readonly buffer: SharedArrayBuffer
  readonly fields: readonly Field[]
  readonly capacity: Capacity
  readonly rowCount: number
}
