const { app, column, endpoint, pipe, stage } = require('@redesmyn/core')
const { Type } = require('typebox')

const Point = Type.Object({ x: Type.Number({ minimum: -10 }) }, { additionalProperties: false })
const Result = Type.Object({ y: Type.Number() })

const exp = stage({
  name: 'exp',
  input: Point,
  output: Result,
  threads: 2,
  batch: { maxRows: 64, maxDelayMs: 1 },
  queue: { maxRows: 1000 },
  handler: (batch) => ({ y: batch.column('x').map(Math.exp) }),
})

const label = stage({
  name: 'label',
  input: Type.Object({ y: Type.Number() }),
  output: Type.Object({ label: Type.String() }),
  handler: (batch) => batch.rows().map(({ y }) => ({ label: y > 1 ? 'big' : 'small' })),
})

const wide = stage({
  name: 'wide',
  input: Type.Object({
    f: column.float32({ maximum: 9 }),
    n: Type.Union([Type.Number(), Type.Null()]),
    o: Type.Optional(Type.String()),
    l: Type.Array(Type.Integer()),
  }),
  output: Result,
  handler: (batch) => batch.rows().map(() => ({ y: 1 })),
})

module.exports = app({
  endpoints: [
    endpoint('/inference', exp, { onInvalid: 'null' }),
    endpoint('/label/{id}', pipe(exp).to(label)),
    endpoint('/wide', wide),
  ],
  use: [
    async (_, next) => {
      const reply = await next()
      return { ...reply, headers: { ...reply.headers, 'x-signed': 'yes' } }
    },
  ],
})
