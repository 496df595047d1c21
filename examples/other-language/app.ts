import { stage } from '@redesmyn/core'
import { Type } from 'typebox'

const X = Type.Object({ x: Type.Number() })
const Y = Type.Object({ y: Type.Number() })

/** The square root of each x; rows below zero have none. */
export const root = stage({
  name: 'root',
  input: X,
  output: Y,
  threads: 1,
  handler(batch, context) {
    for (const [row, { x }] of batch.rows().entries()) {
      if (x < 0) context.reject(row, 'REQUEST_INVALID', `x must not be negative, got ${x}`)
    }
    return { y: batch.column('x').map(Math.sqrt) }
  },
})
