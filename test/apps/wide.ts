import { column, endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

export const columnCount = 100

const names = Array.from({ length: columnCount }, (_, index) => `c${index}`)

/** The sum of a hundred columns. */
export const sum = stage({
  name: 'sum',
  input: Type.Object(Object.fromEntries(names.map((name) => [name, Type.Number()]))),
  output: Type.Object({ y: Type.Number() }),
  queue: { maxRows: 100_000 },
  handler: (batch) => {
    const sums = new Float64Array(batch.rowCount)
    for (const name of names) {
      const values = batch.column(name)
      for (let row = 0; row < sums.length; row++) sums[row] += values[row]
    }
    return { y: sums }
  },
})

/** Of several types, so that a large body holds more than numbers. */
const Mixed = Type.Object({
  id: Type.Integer(),
  small: column.int32(),
  text: Type.String(),
  flag: Type.Optional(Type.Boolean()),
  list: Type.Array(Type.Number()),
})

export const mixed = stage({ name: 'mixed', input: Mixed, output: Mixed, handler: (batch) => batch.rows() })

export const loose = stage({ name: 'loose', handler: (batch) => batch.rows() })

export default [
  endpoint('/sum', sum, { requestTimeoutMs: 60_000 }),
  endpoint('/mixed', mixed, { requestTimeoutMs: 60_000 }),
  endpoint('/mixed-nulls', mixed, { requestTimeoutMs: 60_000, onInvalid: 'null' }),
  endpoint('/loose', loose, { requestTimeoutMs: 60_000 }),
]
