import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })

/** Ends its thread at 7, and a little after it has answered at 8; waits otherwise. */
export const mortal = stage({
  name: 'mortal',
  input: Point,
  output: Point,
  threads: 2,
  concurrency: 4,
  batch: { maxRows: 4 },
  handler: async (batch) => {
    const xs = Array.from(batch.column('x'))
    if (xs.includes(7)) process.exit(7)
    await new Promise((resolve) => setTimeout(resolve, Math.max(...xs) % 5))
    return { x: xs }
  },
})

/** Ends its thread while it is idle, after it has answered 8. */
export const idler = stage({
  name: 'idler',
  input: Point,
  output: Point,
  handler: (batch) => {
    if (batch.column('x').includes(8)) setTimeout(() => process.exit(8), 20)
    return { x: batch.column('x') }
  },
})

/** Goes through many turns of its thread's event loop. */
export const winding = stage({
  name: 'winding',
  input: Point,
  output: Point,
  concurrency: 3,
  threads: 2,
  batch: { maxRows: 4 },
  handler: async (batch, { signal }) => {
    for (let turn = 0; turn < 12 && !signal.aborted; turn++) {
      await new Promise((resolve) => (turn % 3 === 0 ? setTimeout(resolve, 1) : setImmediate(resolve)))
    }
    return { x: batch.column('x') }
  },
})

export default [endpoint('/mortal', mortal), endpoint('/idler', idler), endpoint('/winding', winding)]
