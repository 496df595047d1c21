import { eachRowStream, endpoint, type HandlerContext, stage } from '@redesmyn/core'
import { fsStore, modelCache } from '@redesmyn/worker'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })

export const sifting = stage({
  name: 'sifting',
  input: Point,
  output: Result,
  returns: 'filter',
  handler: () => ({ output: { y: [] }, parents: new Int32Array() }),
})

export const exploding = stage({
  name: 'exploding',
  input: Point,
  output: Result,
  returns: 'explode',
  handler: () => ({ output: { y: [] }, parents: new Int32Array() }),
})

export const streaming = stage({
  name: 'streaming',
  input: Point,
  events: Result,
  handler: eachRowStream(async function* ({ x }) {
    yield { data: { y: x } }
  }),
})

export const modelled = stage({
  name: 'modelled',
  input: Point,
  output: Result,
  handler: (batch, { model }: HandlerContext<{ readonly factor: number }>) => ({
    y: batch.column('x').map((x) => x * model.factor),
  }),
})

export const undeclared = stage({ name: 'undeclared', handler: (batch) => batch.rows() })

export default [
  endpoint('/modelled/{name}', modelled, {
    models: modelCache({
      store: fsStore('./models'),
      path: '/{name}.json',
      load: { load: async () => ({ factor: 2 }) },
      maxEntries: 1,
    }),
  }),
]
