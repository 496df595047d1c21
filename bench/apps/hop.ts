import { column, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Values = Type.Object({ x: column.float32() })

/** Does nothing, so that only the way to it and back is left. */
export const hop = stage({
  name: 'hop',
  input: Values,
  output: Values,
  batch: { maxRows: 1 << 20 },
  handler: (batch) => ({ x: batch.column('x') }),
})
