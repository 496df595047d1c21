import { appendFileSync } from 'node:fs'
import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Seen = Type.Object({ seen: Type.Integer({ minimum: 0, maximum: 1000 }) })

let seen = 0

/** Says how many rows its thread had seen before; ends its thread where a row is 7. */
export const warmed = stage({
  name: 'warmed',
  input: Point,
  output: Seen,
  threads: 2,
  batch: { maxRows: 2 },
  examples: [{ x: 1 }, { x: 2 }, { x: 3 }],
  handler: (batch, { slot }) => {
    const before = seen
    seen += batch.rowCount
    const journal = process.env.WARM_UP_JOURNAL
    if (journal !== undefined) appendFileSync(journal, `${slot} ${batch.column('x').join()}\n`)
    if (batch.column('x').includes(7)) process.exit(7)
    return batch.rows().map(() => ({ seen: before }))
  },
})

export const cold = stage({
  name: 'cold',
  input: Point,
  output: Seen,
  examples: [{ x: -1 }],
  handler: (batch) => {
    if (batch.column('x')[0] < 0) throw new Error('the device is cold')
    return batch.rows().map(() => ({ seen: 0 }))
  },
})

export default [endpoint('/warmed', warmed), endpoint('/cold', cold)]
