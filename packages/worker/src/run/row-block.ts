import type { BatchLayout, Capacity, Field } from '@redesmyn/core'

/** Rows in shared memory of their own. Any thread can read them. */
export interface RowBlock {
  readonly buffer: SharedArrayBuffer
  readonly fields: readonly Field[]
  readonly capacity: Capacity
  readonly rowCount: number
  /** Where the columns lie. Default: where `layoutBatch(fields, capacity)` puts them. */
  readonly layout?: BatchLayout
}
