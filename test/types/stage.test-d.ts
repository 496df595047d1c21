import { type Batch, column, type Stage, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Pair = Type.Object({ x: Type.Number(), y: Type.Number() })
const Result = Type.Object({ y: Type.Number() })
const Wide = Type.Object({
  f: column.float32(),
  i: Type.Integer(),
  big: column.int64(),
  small: column.int8(),
  at: column.timestamp(),
  s: Type.String(),
  b: Type.Boolean(),
  e: Type.Union([Type.Literal('a'), Type.Literal('b')]),
  n: Type.Union([Type.Number(), Type.Null()]),
  o: Type.Optional(Type.String()),
  l: Type.Array(Type.Number()),
  raw: column.bytes(),
  rawOrNull: Type.Union([column.bytes(), Type.Null()]),
  st: Type.Object({ a: Type.Number(), t: Type.Optional(column.int8()) }),
})

// Rows and columns have the types of the schema.
stage({
  name: 'views',
  input: Wide,
  handler: (batch) => {
    for (const row of batch.rows()) {
      row.i satisfies number | bigint
      row.big satisfies bigint
      row.at satisfies number
      row.n satisfies number | null
      row.o satisfies string | null
      row.e satisfies 'a' | 'b'
      row.l satisfies readonly number[]
      row.raw satisfies Uint8Array
      row.rawOrNull satisfies Uint8Array | null
      // @ts-expect-error bytes may be null here
      row.rawOrNull satisfies Uint8Array
      row.st.t satisfies number | null
      // @ts-expect-error a row has only the fields of the schema
      row.nope satisfies unknown
      // @ts-expect-error rows are read-only
      row.f = 1
    }
    batch.column('f').map(Math.exp) satisfies Float32Array
    batch.column('n').isNull(0) satisfies boolean
    batch.column('raw').get(0) satisfies Uint8Array
    batch.column('rawOrNull').isNull(0) satisfies boolean
    batch.column('n').at(0) satisfies number | undefined
    batch.column('big').at(0) satisfies bigint | undefined
    batch.column('at').at(0) satisfies bigint | undefined
    batch.column('s').get(0) satisfies string
    batch.column('o').get(0) satisfies string | null
    batch.column('st').get(0).a satisfies number
    batch.tensor(['f', 'n', 'small']).data satisfies Float32Array
    batch.numbers('at') satisfies Float64Array
    // @ts-expect-error a text is no number
    batch.numbers('s')
    // @ts-expect-error there is no such column
    batch.column('nope')
    // @ts-expect-error a column that cannot be null has no isNull
    batch.column('f').isNull(0)
    // @ts-expect-error a tensor is made of numbers
    batch.tensor(['s'])
    return { y: [1] }
  },
})

// R062: nothing writes to an input column.
stage({
  name: 'reader',
  input: Wide,
  handler: (batch) => {
    const numbers = batch.column('f')
    // @ts-expect-error no assignment
    numbers[0] = 1
    // @ts-expect-error no set
    numbers.set([1])
    // @ts-expect-error no fill
    numbers.fill(0)
    // @ts-expect-error no sort
    numbers.sort()
    // @ts-expect-error no reverse
    numbers.reverse()
    // @ts-expect-error no copyWithin
    numbers.copyWithin(0, 1)
    // @ts-expect-error a part of a column is read-only too
    numbers.subarray(1).set([1])
    // @ts-expect-error nor may whoever takes a writable array have it
    numbers satisfies Float32Array
    return { y: [1] }
  },
})

// Every way to return an output.
const both = { name: 'outputs', input: Wide, output: Result }
stage({ ...both, handler: (batch) => ({ y: batch.column('f').map(Math.exp) }) })
stage({ ...both, handler: () => ({ y: [1, 2] }) })
stage({ ...both, handler: async () => [{ y: 1 }] })
stage({ ...both, handler: () => [1, 2] })
stage({ ...both, handler: () => new Float64Array(2) })
stage({ ...both, handler: (batch) => batch.toArrow() })
stage({ ...both, handler: (batch) => batch.toPolars().select('y') })
stage({ ...both, handler: (batch) => batch.toPolars().getColumn('y') })
stage({ ...both, handler: (batch) => ({ y: batch.out('y') }) })
stage({ name: 'rows', input: Wide, output: Wide, handler: (batch) => batch.rows() })
stage({
  name: 'columns',
  input: Wide,
  output: Wide,
  handler: (batch) => ({
    f: batch.column('f'),
    i: new Int32Array(1),
    big: [1n, 2],
    small: new Int8Array(1),
    at: [0],
    s: batch.column('s'),
    b: [true],
    e: ['a'],
    n: [1, null],
    l: [[1], new Float32Array(2)],
    raw: [new Uint8Array(1), Buffer.from('a')],
    rawOrNull: [null],
    st: [{ a: 1 }],
  }),
})

// @ts-expect-error the column is missing
stage({ ...both, handler: () => ({}) })
// @ts-expect-error the column has another name
stage({ ...both, handler: () => ({ z: [1] }) })
// @ts-expect-error the column has another type
stage({ ...both, handler: () => ({ y: ['a'] }) })
// @ts-expect-error the array has another type
stage({ ...both, handler: () => ({ y: new BigInt64Array(1) }) })
// @ts-expect-error the rows have another field
stage({ ...both, handler: () => [{ z: 1 }] })
// @ts-expect-error the values have another type
stage({ ...both, handler: async () => ['a'] })
// @ts-expect-error floats do not fit an integer column
stage({ name: 'narrow', output: Type.Object({ i: column.int32() }), handler: () => ({ i: new Float64Array(1) }) })
// @ts-expect-error a null needs a nullable column
stage({ ...both, handler: () => ({ y: [1, null] }) })
// @ts-expect-error there is no room for a text
stage({ name: 'room', output: Wide, handler: (batch) => ({ s: batch.out('s') }) })

// @ts-expect-error there is no room for bytes either
stage({ name: 'bytes', output: Wide, handler: (batch) => ({ raw: batch.out('raw') }) })
// @ts-expect-error base64 is for JSON: handlers return bytes
stage({ name: 'text', output: Type.Object({ raw: column.bytes() }), handler: () => ({ raw: ['AAAA'] }) })

// A batch of other columns is another type, in both directions.
declare const point: Batch<typeof Point>
declare const pair: Batch<typeof Pair>
// @ts-expect-error a column is missing
point satisfies Batch<typeof Pair>
// @ts-expect-error a column is too many
pair satisfies Batch<typeof Point>
declare const onPoint: Stage<typeof Point, typeof Result>
// @ts-expect-error a stage takes exactly its columns
onPoint satisfies Stage<typeof Pair, typeof Result>

// A stage is a function of its rows.
const exp = stage({ name: 'exp', input: Point, output: Result, handler: (batch) => ({ y: batch.column('x') }) })
exp satisfies Stage<typeof Point, typeof Result>
const [answer] = await exp([{ x: 2 }])
answer?.y satisfies number | undefined
// @ts-expect-error the answer has only the fields of the output
answer?.x satisfies unknown
// @ts-expect-error the records have the fields of the input
await exp([{ z: 2 }])

// Without schemas any column may be asked for and any be returned.
const free = stage({
  name: 'free',
  handler: (batch) => ({ n: batch.rows().map((row) => row.anything), c: batch.column('c') }),
})
await free([{ a: 1 }, { b: null }])

// A rule across fields changes nothing about the columns.
const Ordered = Type.Refine(Pair, ({ x, y }) => x < y)
const ordered = stage({
  name: 'ordered',
  input: Ordered,
  output: Ordered,
  handler: (batch) => ({ x: batch.column('x'), y: batch.column('y') }),
})
await ordered([{ x: 1, y: 2 }])
