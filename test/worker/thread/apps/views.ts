import { column, PipelineError, stage } from '@redesmyn/core'
import pl from 'nodejs-polars'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })
const Text = Type.Object({ text: Type.String() })

const square = (x: number) => x * x

export const columns = stage({
  name: 'columns',
  input: Point,
  output: Result,
  handler: (batch) => ({ y: batch.column('x').map(square) }),
})

export const typedArray = stage({
  name: 'typed-array',
  input: Point,
  output: Result,
  handler: (batch) => batch.column('x').map(square),
})

export const plainArray = stage({
  name: 'plain-array',
  input: Point,
  output: Result,
  handler: (batch) => Array.from(batch.column('x'), square),
})

export const rows = stage({
  name: 'rows',
  input: Point,
  output: Result,
  handler: (batch) => batch.rows().map(({ x }) => ({ y: square(x) })),
})

export const room = stage({
  name: 'room',
  input: Point,
  output: Result,
  handler(batch) {
    const y = batch.out('y')
    for (const [row, x] of [...batch.column('x')].entries()) y[row] = square(x)
    return { y }
  },
})

const squared = pl.col('x').mul(pl.col('x')).alias('y')

export const frame = stage({
  name: 'frame',
  input: Point,
  output: Result,
  handler: (batch) => batch.toPolars().select(squared),
})

export const series = stage({
  name: 'series',
  input: Point,
  output: Result,
  handler: (batch) => batch.toPolars().select(squared).getColumn('y'),
})

export const arrow = stage({
  name: 'arrow',
  input: Point,
  output: Point,
  handler: (batch) => batch.toArrow(),
})

/** Everything that may stand in a column, given back as it came through a Polars frame or an Arrow batch. */
const Mixed = Type.Object({
  real: Type.Number(),
  single: column.float32(),
  small: column.int16(),
  whole: Type.Integer(),
  flag: Type.Boolean(),
  text: Type.String(),
  maybe: Type.Union([Type.Number(), Type.Null()]),
  list: Type.Array(Type.Number()),
  pair: Type.Object({ left: Type.String(), right: Type.Number() }),
})

export const mixedFrame = stage({
  name: 'mixed-frame',
  input: Mixed,
  output: Mixed,
  handler: (batch) => batch.toPolars(),
})

export const mixedArrow = stage({
  name: 'mixed-arrow',
  input: Mixed,
  output: Mixed,
  handler: (batch) => batch.toArrow(),
})

/** The columns and types of the frame, and its values as text. */
export const frameSchema = stage({
  name: 'frame-schema',
  input: Mixed,
  output: Text,
  handler: (batch) => {
    const polars = batch.toPolars()
    const types = polars.columns.map((name) => `${name} ${String(polars.schema[name])}`).join(', ')
    return Array.from({ length: batch.rowCount }, (_, row) => `${types} | ${String(polars.getColumn('real').get(row))}`)
  },
})

/** Whether the views of the batch share one buffer, and which. */
export const sharing = stage({
  name: 'sharing',
  input: Point,
  output: Result,
  handler: (batch) => {
    const x = batch.column('x')
    const arrowValues = batch.toArrow().getChildAt(0)?.data[0]?.values
    const isShared = x.buffer instanceof SharedArrayBuffer && arrowValues?.buffer === x.buffer
    // A mark behind the rows, for the other side to find in its own memory.
    new Float64Array(x.buffer, x.byteOffset)[batch.rowCount] = 4711
    return new Float64Array(batch.rowCount).fill(isShared ? 1 : 0)
  },
})

/** How much memory an Arrow view of the batch took, as a share of the batch. */
export const arrowCost = stage({
  name: 'arrow-cost',
  input: Point,
  output: Result,
  handler: (batch) => {
    // What the library itself takes does not count.
    batch.slice(0, 1).toArrow()
    const before = process.memoryUsage()
    const sum = batch.toArrow().getChildAt(0)?.get(0)
    const after = process.memoryUsage()
    const grown = after.arrayBuffers - before.arrayBuffers + Math.max(0, after.heapUsed - before.heapUsed)
    return new Float64Array(batch.rowCount).fill(sum === undefined ? 1 : grown / batch.column('x').byteLength)
  },
})

export const names = stage({
  name: 'names',
  input: Point,
  output: Text,
  handler: (batch) => batch.rows().map((row) => ({ text: [...batch.columnNames, ...Object.keys(row)].join(' ') })),
})

export const refused = stage({
  name: 'refused',
  input: Point,
  output: Result,
  handler: () => {
    throw new PipelineError('REQUEST_INVALID', 'no such season')
  },
})

/** Gives each column the other's room. */
export const swapped = stage({
  name: 'swapped',
  input: Point,
  output: Type.Object({ a: Type.Number(), b: Type.Number(), text: Type.String() }),
  handler(batch) {
    const [a, b] = [batch.out('a'), batch.out('b')]
    const x = batch.column('x')
    for (let row = 0; row < batch.rowCount; row++) {
      a[row] = x[row]
      b[row] = -x[row]
    }
    return { a: b, b: a, text: Array.from(x, (value) => 'long text '.repeat(value)) }
  },
})
