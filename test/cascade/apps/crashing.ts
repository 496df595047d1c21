import { isMainThread } from 'node:worker_threads'
import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

/** Its threads end by themselves, a little after they have begun to serve. */
export const crashing = stage({
  name: 'crashing',
  input: Point,
  output: Point,
  handler: (batch) => ({ x: batch.column('x') }),
})

/** Ends its thread where its row is 7. */
export const fragile = stage({
  name: 'fragile',
  input: Point,
  output: Point,
  handler: (batch) => {
    if (batch.column('x').includes(7)) process.exit(7)
    return { x: batch.column('x') }
  },
})

if (!isMainThread && process.env.CRASHING === 'yes') setTimeout(() => process.exit(3), 50)

export default [
  endpoint('/fragile', fragile),
  ...(process.env.CRASHING === 'yes' ? [endpoint('/crashing', crashing)] : []),
]
