import { app, column, endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

import { exp as runExp, label as runLabel, signed } from './handlers.ts'

const Point = Type.Object({ x: Type.Number({ minimum: -10 }) }, { additionalProperties: false })
const Result = Type.Object({ y: Type.Number() })

const exp = stage({
  name: 'exp',
  input: Point,
  output: Result,
  threads: 2,
  batch: { maxRows: 64, maxDelayMs: 1 },
  queue: { maxRows: 1000 },
  handler: (batch) => runExp(batch as never),
})

const label = stage({
  name: 'label',
  input: Type.Object({ y: Type.Number() }),
  output: Type.Object({ label: Type.String() }),
  handler: (batch) => runLabel(batch as never),
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

export default app({
  endpoints: [
    endpoint('/inference', exp, { onInvalid: 'null' }),
    endpoint('/label/{id}', pipe(exp).to(label)),
    endpoint('/wide', wide),
  ],
  use: [signed],
})
