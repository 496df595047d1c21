import { column, endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Trip = Type.Object({
  distance: Type.Number(),
  duration: Type.Number(),
  fare: Type.Number(),
  tip: Type.Number(),
  passengers: column.int32(),
  zone: Type.String(),
  isShared: Type.Boolean(),
  rate: Type.Number(),
})

export const total = stage({
  name: 'total',
  input: Trip,
  output: Type.Object({ total: Type.Number() }),
  batch: { maxRows: 6400 },
  queue: { maxRows: 65_536 },
  handler(batch) {
    const tips = batch.column('tip')
    return { total: batch.column('fare').map((fare, row) => fare + tips[row]) }
  },
})

export default endpoint('/inference', total)
