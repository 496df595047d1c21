import { workerData } from 'node:worker_threads'
import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

export const sound = stage({
  name: 'sound',
  input: Point,
  output: Point,
  handler: (batch) => ({ x: batch.column('x') }),
})
export const broken = stage({
  name: 'broken',
  input: Point,
  output: Point,
  handler: (batch) => ({ x: batch.column('x') }),
})

export default [endpoint('/sound', sound), endpoint('/broken', broken)]

/** Fails in the threads of one stage only. */
if (JSON.stringify(workerData)?.includes('"stageName":"broken"')) throw new Error('no such device')
