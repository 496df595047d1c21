import { threadId } from 'node:worker_threads'
import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Thread = Type.Object({ x: Type.Number(), thread: Type.Integer({ minimum: 0, maximum: 1_000_000 }) })

const answer = {
  input: Point,
  output: Thread,
  handler: (batch: { rows(): readonly { x: number }[] }) => batch.rows().map(({ x }) => ({ x, thread: threadId })),
}

export const often = stage({ name: 'often', ...answer, threads: 2, recycle: { maxBatches: 20 } })
export const aged = stage({ name: 'aged', ...answer, recycle: { maxAgeMs: 100 } })
export const lasting = stage({
  ...answer,
  name: 'lasting',
  handler: async (batch) => {
    const rows = batch.rows()
    await new Promise((resolve) => setTimeout(resolve, rows[0].x))
    return rows.map(({ x }) => ({ x, thread: threadId }))
  },
})

export default [endpoint('/often', often), endpoint('/aged', aged), endpoint('/lasting', lasting)]
