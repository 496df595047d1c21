import { endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ id: Type.Integer({ minimum: 0, maximum: 2 ** 40 }), x: Type.Number() })
const Named = Type.Object({ id: Type.Integer({ minimum: 0, maximum: 2 ** 40 }), y: Type.Number(), name: Type.String() })

/** Throws at 1, ends its thread at 2, loops at 3, rejects at 4, and takes its time at 5; else y = 2x. */
export const fragile = stage({
  name: 'fragile',
  input: Point,
  output: Type.Object({ id: Point.properties.id, y: Type.Number() }),
  threads: 2,
  timeoutMs: 250,
  handler(batch, context) {
    const xs = batch.column('x')
    if (xs.includes(1)) throw new Error('a one was among the rows')
    if (xs.includes(2)) process.exit(7)
    if (xs.includes(3)) while (!context.signal.aborted);
    xs.forEach((x, row) => {
      if (x === 4) context.reject(row, 'RECORD_INVALID', `row ${row} is a four`)
    })
    return { id: batch.column('id'), y: xs.map((x) => 2 * x) }
  },
})

/** Passes on what it takes, and one column less. */
export const passing = stage({
  name: 'passing',
  input: Point,
  output: Point,
  threads: 1,
  handler: (batch) => ({ id: batch.column('id'), x: batch.column('x') }),
})

/** Says what it knows beside its rows. */
export const named = stage({
  name: 'named',
  input: Type.Object({ id: Point.properties.id, y: Type.Number() }),
  output: Named,
  threads: 1,
  handler: (batch, { params, attempt, idempotencyKey, maxRows, deadlineMs }) => {
    const name = JSON.stringify({ params, attempt, idempotencyKey, maxRows, deadlineMs, rowCount: batch.rowCount })
    return { id: batch.column('id'), y: batch.column('y'), name: new Array<string>(batch.rowCount).fill(name) }
  },
})

export const all = pipe(passing).to(fragile).to(named)

export default endpoint('/all', all)
