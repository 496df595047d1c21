import { arrow, column, endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number({ maximum: 100 }) })
const Result = Type.Object({ y: Type.Number() })

export const exp = stage({
  name: 'exp',
  input: Point,
  output: Result,
  examples: [{ x: 2 }],
  handler: (batch) => ({ y: batch.column('x').map(Math.exp) }),
})

export const half = stage({
  name: 'half',
  input: Result,
  output: Type.Object({ label: Type.String(), count: column.uint64({ maximum: 2n ** 60n }) }),
  handler: (batch) => batch.rows().map(({ y }) => ({ label: String(y / 2), count: 1n })),
})

export const broken = stage({
  name: 'broken',
  input: Point,
  output: Result,
  examples: [{ x: 1 }, { x: 2 }],
  handler: () => {
    throw new Error('not today')
  },
})

export const loose = stage({ name: 'loose', handler: (batch) => batch.rows() })

export const embeddings = stage({
  name: 'embeddings',
  input: Type.Object({ input: Type.Array(Type.String()), model: Type.String() }),
  output: Type.Object({
    object: Type.String(),
    data: Type.Array(Type.Object({ index: Type.Number(), embedding: Type.Array(Type.Number()) })),
  }),
  examples: [{ input: ['a', 'bc'], model: 'letters' }],
  handler: (batch) =>
    batch.rows().map(({ input }) => ({
      object: 'list',
      data: [...input].map((text, index) => ({ index, embedding: [text.length] })),
    })),
})

export default [
  endpoint('/exp', exp),
  endpoint('/half/{by}', pipe(exp).to(half)),
  endpoint('/loose', loose, { emptyBody: 'answer' }),
  endpoint('/columns', exp, { codecs: [arrow], onInvalid: 'null' }),
  endpoint('/v1/embeddings', embeddings),
]
