import { endpoint, type Isolation, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const isolations: readonly Isolation[] = ['inline', 'thread', 'child']

const Words = Type.Object({ text: Type.String(), maybe: Type.Union([Type.String(), Type.Null()]), n: Type.Number() })
const Trace = Type.Object({ ...Words.properties, trace: Type.String() })

const first = (isolation: Isolation, to: string) =>
  stage({
    name: `first-${isolation}-${to}`,
    isolation,
    ...(isolation !== 'inline' && { env: { PIPED: `first-${isolation}` } }),
    input: Words,
    output: Trace,
    handler: (batch, context) =>
      batch.rows().map((row, index) => {
        if (row.n < 0) context.reject(index, 'REQUEST_INVALID', 'negative')
        return { ...row, trace: process.env.PIPED ?? 'none' }
      }),
  })

/** Hands its columns on as they are, those that it has not changed as the very same. */
const second = (isolation: Isolation, from: string) =>
  stage({
    name: `second-${from}-${isolation}`,
    isolation,
    threads: 1,
    batch: { maxRows: 16 },
    ...(isolation !== 'inline' && { env: { PIPED: `second-${isolation}` } }),
    input: Trace,
    output: Trace,
    handler(batch) {
      const traces = batch.rows().map(({ trace }) => `${trace} ${process.env.PIPED ?? 'none'}`)
      return { text: batch.column('text'), maybe: batch.column('maybe'), n: batch.column('n'), trace: traces }
    },
  })

/** Returns the columns it was given and nothing else. */
const third = (isolation: Isolation, from: string) =>
  stage({
    name: `third-${from}-${isolation}`,
    isolation,
    threads: 1,
    batch: { maxRows: 8 },
    input: Trace,
    output: Trace,
    handler: (batch) => ({
      text: batch.column('text'),
      maybe: batch.column('maybe'),
      n: batch.column('n'),
      trace: batch.column('trace'),
    }),
  })

/** Every kind after every other, and the third of the kind of the first. */
export default isolations.flatMap((a) =>
  isolations.map((b) =>
    endpoint(
      `/${a}/${b}`,
      pipe(first(a, b))
        .to(second(b, a))
        .to(third(a, `${a}-${b}`)),
    ),
  ),
)
