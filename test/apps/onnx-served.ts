import { join } from 'node:path'
import { column, endpoint, pipe, stage } from '@redesmyn/core'
import { onnxHandler } from '@redesmyn/worker'
import { Type } from 'typebox'

/** The test writes the models and tells where. */
const file = (name: string) => join(process.env.ONNX_FOLDER ?? '', `${name}.onnx`)

const Features = Type.Object({ a: Type.Number(), b: Type.Number(), c: Type.Number() })
const One = Type.Object({ x: column.float32() })
const Result = Type.Object({ y: Type.Number() })
const List = Type.Object({ x: Type.Array(column.float32()) })

/** Its model gives one result for all rows. */
export const collapsing = stage({
  name: 'collapsing',
  input: Features,
  output: Result,
  batch: { maxRows: 8, maxDelayMs: 200 },
  handler: onnxHandler({ model: file('collapsing') }),
})

const double = onnxHandler<typeof One, typeof Result>({ model: file('doubled') })

/** Keeps its model's result for a while, in which the next batch runs. */
export const keeping = stage({
  name: 'keeping',
  input: One,
  output: Result,
  concurrency: 2,
  batch: { maxRows: 1 },
  async handler(batch, context) {
    const result = await double(batch, context)
    await new Promise((resolve) => setTimeout(resolve, 100))
    return result
  },
})

export const negated = stage({
  name: 'negated',
  input: List,
  output: Type.Object({ y: Type.Array(column.float32()) }),
  batch: { sameShape: ['x'], maxRows: 64, maxDelayMs: 50 },
  handler: onnxHandler({ model: file('negated') }),
})

/** Says beside each list how many rows its batch had. */
export const measured = stage({
  name: 'measured',
  input: Type.Object({ y: Type.Array(column.float32()) }),
  output: Type.Object({ y: Type.Array(column.float32()), rows: Type.Number() }),
  batch: { maxRows: 64, maxDelayMs: 50 },
  handler: (batch) => batch.rows().map(({ y }) => ({ y, rows: batch.rowCount })),
})

export const ofThree = stage({
  name: 'of-three',
  input: Type.Object({ features: Type.Array(Type.Number()) }),
  output: Result,
  batch: { maxDelayMs: 50, maxRows: 2 },
  handler: onnxHandler({ model: file('weighted') }),
})

export const open = stage({ name: 'open', output: Result, handler: onnxHandler({ model: file('weighted') }) })

export default [
  endpoint('/collapsing', collapsing),
  endpoint('/keeping', keeping),
  endpoint('/negated', negated),
  endpoint('/negated-and-measured', pipe(negated).to(measured)),
  endpoint('/of-three', ofThree),
  endpoint('/open', open),
]
