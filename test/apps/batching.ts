import { column, endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })

/** Takes 5 milliseconds, however many rows there are. */
function ofFixedCost(name: string, batch: { readonly maxRows: number; readonly maxDelayMs?: number }) {
  return stage({
    name,
    input: Point,
    output: Result,
    batch,
    handler(rows) {
      const until = performance.now() + 5
      while (performance.now() < until);
      return { y: rows.column('x').slice() }
    },
  })
}

export const together = ofFixedCost('together', { maxRows: 64, maxDelayMs: 50 })
export const alone = ofFixedCost('alone', { maxRows: 1 })

export const plain = stage({
  name: 'plain',
  input: Point,
  output: Result,
  handler: (batch) => ({ y: batch.column('x').slice() }),
})

const Seen = Type.Object({ own: Type.String(), seen: Type.String() })

/** Answers the shape of each row's tensor, and those of all rows of its batch. */
export const shaped = stage({
  name: 'shaped',
  input: Type.Object({ tensor: Type.Array(Type.Array(column.float32())), name: Type.String() }),
  output: Seen,
  batch: { sameShape: ['tensor'], maxRows: 64, maxDelayMs: 100 },
  handler(batch) {
    const shapes = batch.rows().map(({ tensor }) => `${tensor.length}x${tensor.map((list) => list.length).join('+')}`)
    return batch.rows().map(({ name }, row) => ({ own: `${name} ${shapes[row]}`, seen: shapes.join(' ') }))
  },
})

/** Answers each row's tenant, and those of all rows of its batch. */
export const keyed = stage({
  name: 'keyed',
  input: Type.Object({ tenant: Type.Union([Type.String(), Type.Null()]), length: Type.Integer({ maximum: 1000 }) }),
  output: Seen,
  batch: { key: ({ tenant, length }) => `${tenant} ${Math.ceil(Number(length) / 10)}`, maxRows: 64, maxDelayMs: 100 },
  handler(batch) {
    const keys = batch.rows().map(({ tenant, length }) => `${tenant}/${length}`)
    return keys.map((own) => ({ own, seen: keys.join(' ') }))
  },
})

/** Runs until a second batch runs beside it, and answers how many have run at once. */
let inside = 0
let most = 0
export const overlapping = stage({
  name: 'overlapping',
  input: Point,
  output: Result,
  concurrency: 2,
  batch: { maxRows: 1 },
  async handler(batch, { signal }) {
    inside++
    most = Math.max(most, inside)
    while (most < 2 && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1))
    inside--
    return { y: new Float64Array(batch.rowCount).fill(most) }
  },
})

/** Blocks its thread for as many milliseconds as its row says. */
export const uneven = stage({
  name: 'uneven',
  input: Point,
  output: Result,
  threads: 2,
  batch: { maxRows: 1 },
  handler(batch) {
    const until = performance.now() + batch.column('x')[0]
    while (performance.now() < until);
    return { y: batch.column('x').slice() }
  },
})

export default [
  endpoint('/together', together),
  endpoint('/alone', alone),
  endpoint('/plain', plain),
  endpoint('/shaped', shaped),
  endpoint('/keyed', keyed),
  endpoint('/overlapping', overlapping),
]
