import { setTimeout } from 'node:timers/promises'
import { chain, handler, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Seen = Type.Object({ x: Type.Number(), seen: Type.String() })

const twice = handler({
  input: Point,
  output: Point,
  handle: (batch) => {
    const out = batch.out('x')
    batch.column('x').forEach((x, row) => {
      out[row] = x * 2
    })
    return { x: out }
  },
})

/** Says what it sees of its batch; negative rows are rejected, with an output that fits no schema. */
const look = handler({
  input: Point,
  output: Seen,
  handle: (batch, context) => {
    const seen = batch.rows().map(({ x }) => `${x} of ${batch.rowCount}`)
    batch.column('x').forEach((x, row) => {
      if (x >= 0) return
      context.reject(row, 'REQUEST_INVALID', `${context.requestId(row)} is negative`)
      Reflect.set(seen, row, null)
    })
    return { x: batch.column('x'), seen }
  },
})

const arrow = handler({
  input: Seen,
  output: Seen,
  handle: (batch) => batch.toArrow(),
})

const later = handler({
  input: Seen,
  output: Seen,
  handle: async (batch, context) => {
    await setTimeout(1)
    return batch.rows().map(({ x, seen }, row) => ({ x, seen: `${context.requestId(row)}: ${seen}` }))
  },
})

const rejecting = handler({
  input: Seen,
  output: Seen,
  handle: (batch, context) => {
    for (let row = 0; row < batch.rowCount; row++)
      if (batch.column('x')[row] === 4) context.reject(row, 'MODEL_NOT_FOUND', 'four')
    return batch.rows()
  },
})

export const joined = stage({ name: 'joined', handler: chain(twice, look, arrow, later) })
export const twoRejects = stage({ name: 'two-rejects', handler: chain(look, rejecting, later) })
export const failing = stage({
  name: 'failing',
  handler: chain(look, handler({ input: Seen, output: Seen, handle: () => ({ x: [1], seen: ['a'] }) }), later),
})
