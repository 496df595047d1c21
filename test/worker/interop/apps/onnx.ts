import { join } from 'node:path'
import { bisect, column, type Handler, stage } from '@redesmyn/core'
import { OnnxModel, onnxHandler } from '@redesmyn/worker'
import { Type } from 'typebox'

/** The test writes the models and tells where. */
const folder = process.env.ONNX_FOLDER ?? ''
const file = (name: string) => join(folder, `${name}.onnx`)

const Features = Type.Object({ a: Type.Number(), b: column.float32(), c: Type.Integer() })
const Listed = Type.Object({ features: Type.Array(Type.Number(), { minItems: 3, maxItems: 3 }) })
const Result = Type.Object({ y: Type.Number() })

export const declared = stage({
  name: 'declared',
  input: Features,
  output: Result,
  handler: onnxHandler({ model: file('weighted') }),
})

export const written = stage({
  name: 'written',
  input: Features,
  output: Result,
  handler(batch) {
    const [a, b, c] = [batch.column('a'), batch.column('b'), batch.column('c')]
    return { y: a.map((value, row) => value + 2 * b[row] - 3 * Number(c[row])) }
  },
})

export const listed = stage({
  name: 'listed',
  input: Listed,
  output: Result,
  handler: onnxHandler({ model: file('weighted') }),
})

export const pair = stage({
  name: 'pair',
  input: Features,
  output: Type.Object({ sum: Type.Number(), twice: column.float32() }),
  handler: onnxHandler({ model: file('pair') }),
})

export const wholeList = stage({
  name: 'whole-list',
  input: Type.Object({ a: Type.Number(), b: Type.Number(), c: Type.Number(), d: Type.Number() }),
  output: Type.Object({ y: Type.Array(column.float32(), { minItems: 3, maxItems: 3 }) }),
  handler: onnxHandler({ model: file('mlp') }),
})

export const collapsing = stage({
  name: 'collapsing',
  input: Features,
  output: Result,
  handler: onnxHandler({ model: file('collapsing') }),
})

export const tooNarrow = stage({
  name: 'too-narrow',
  input: Type.Object({ a: Type.Number(), b: Type.Number() }),
  output: Result,
  handler: onnxHandler({ model: file('weighted') }),
})

export const tooWide = stage({
  name: 'too-wide',
  input: Features,
  output: Type.Object({ one: Type.Number(), two: Type.Number(), three: Type.Number() }),
  handler: onnxHandler({ model: file('pair') }),
})

export const noText = stage({
  name: 'no-text',
  input: Type.Object({ a: Type.String(), b: Type.Number(), c: Type.Number() }),
  output: Result,
  handler: onnxHandler({ model: file('weighted') }),
})

/** Blocks its thread for some tenths of a second. */
export const heavy = stage({
  name: 'heavy',
  input: Type.Object({ x: Type.Array(column.float32(), { minItems: 1024, maxItems: 1024 }) }),
  output: Type.Object({ y: Type.Array(column.float32(), { minItems: 1024, maxItems: 1024 }) }),
  handler: onnxHandler({ model: file('heavy') }),
})

export const missing = stage({
  name: 'missing',
  input: Features,
  output: Result,
  handler: onnxHandler({ model: file('missing') }),
})

const own = OnnxModel.load(file('weighted'))

/** A handler of its own around a model. */
export const byHand = stage({
  name: 'by-hand',
  input: Features,
  output: Result,
  async handler(batch) {
    const model = await own
    const { y } = await model.run({ features: batch.tensor(['a', 'b', 'c']) })
    return { y: Float64Array.from(y.data as Float32Array) }
  },
})

const Number1 = Type.Object({ x: column.float32() })
const run = onnxHandler<typeof Number1, typeof Result>({ model: file('doubled') })

/** Has the results of two calls at once, of which the first is read last. */
export const halves = stage({
  name: 'halves',
  input: Number1,
  output: Result,
  async handler(batch, context) {
    const parts = [batch.slice(0, 2), batch.slice(2, 4)]
    const results = await Promise.all(parts.map((part) => run(part, context)))
    return { y: results.flatMap((result) => Array.from((result as { readonly y: Float32Array }).y)) }
  },
})

/** The model behind a handler that throws for 13. */
export const halved = stage({
  name: 'halved',
  input: Number1,
  output: Result,
  handler: bisect(((batch, context) => {
    if (batch.column('x').includes(13)) throw new Error('thirteen')
    return run(batch, context)
  }) satisfies Handler<typeof Number1, typeof Result>),
})

/** Lists of any length, for a model that takes three numbers. */
export const ofThree = stage({
  name: 'of-three',
  input: Type.Object({ features: Type.Array(Type.Number()) }),
  output: Result,
  handler: onnxHandler({ model: file('weighted') }),
})

export const ofAny = stage({
  name: 'of-any',
  input: Type.Object({ x: Type.Array(column.float32()) }),
  output: Type.Object({ y: Type.Array(column.float32()) }),
  handler: onnxHandler({ model: file('negated') }),
})

/** Takes what comes. */
export const open = stage({ name: 'open', output: Result, handler: onnxHandler({ model: file('weighted') }) })
