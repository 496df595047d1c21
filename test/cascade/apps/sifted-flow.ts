import { asset, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ id: Type.Integer({ minimum: 0, maximum: 2 ** 40 }), x: Type.Number() })

/** Keeps even numbers, and rejects those below zero. */
export const sift = stage({
  name: 'sift',
  input: Point,
  output: Point,
  returns: 'filter',
  handler(batch, context) {
    const [ids, xs] = [batch.column('id'), batch.column('x')]
    const isKept = (row: number) => xs[row] >= 0 && xs[row] % 2 === 0
    const parents = Int32Array.from(xs, (_, row) => row).filter(isKept)
    xs.forEach((x, row) => {
      if (x < 0) context.reject(row, 'RECORD_INVALID', `x is ${x}`)
    })
    return { output: { id: Array.from(parents, (row) => ids[row]), x: Array.from(parents, (row) => xs[row]) }, parents }
  },
})

export const double = stage({
  name: 'double',
  input: Point,
  output: Type.Object({ id: Type.Integer({ minimum: 0, maximum: 2 ** 40 }), y: Type.Number() }),
  threads: 1,
  handler: (batch) => ({ id: batch.column('id'), y: batch.column('x').map((x) => 2 * x) }),
})

export const numbers = source({ schema: Point, from: 'numbers/*.arrows' })

export const doubled = asset({
  input: numbers,
  pipeline: pipe(sift).to(double),
  to: 'nowhere',
  partRows: 100,
})
