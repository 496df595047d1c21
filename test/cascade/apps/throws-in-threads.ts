import { isMainThread } from 'node:worker_threads'
import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

if (!isMainThread) throw new Error('no such device')

export const broken = stage({
  name: 'broken',
  input: Point,
  output: Point,
  threads: 3,
  handler: (batch) => ({ x: batch.column('x') }),
})

export default endpoint('/broken', broken)
