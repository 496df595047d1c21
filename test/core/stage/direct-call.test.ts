import { column, provider, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { fakeClock } from '../../clock/fake-clock.ts'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })

const exp = stage({
  name: 'exp',
  input: Point,
  output: Result,
  handler: (batch) => ({ y: batch.column('x').map(Math.exp) }),
})

test('a stage is a function of records in a plain script', async () => {
  expect(await exp([{ x: 2 }, { x: 0 }])).toEqual([{ y: 7.38905609893065 }, { y: 1 }])
  expect(await exp([])).toEqual([])
})

test('records are checked before the handler sees any', async () => {
  const records = JSON.parse('[{"x":1},{"input":2},{"x":"a"}]')

  await expect(exp(records)).rejects.toMatchObject({
    code: 'RECORD_INVALID',
    message: "record 1: cannot find key 'x' (and 1 more)",
    details: {
      issues: [
        { row: 1, pointer: '/x' },
        { row: 2, pointer: '/x' },
      ],
    },
  })
})

test('the handler gets at most maxRows rows at once, and rows come back in order', async () => {
  const sizes: number[] = []
  const sized = stage({
    name: 'sized',
    input: Point,
    output: Result,
    batch: { maxRows: 4 },
    handler: (batch) => {
      sizes.push(batch.rowCount)
      return { y: batch.column('x') }
    },
  })
  const records = Array.from({ length: 10 }, (_, x) => ({ x }))

  expect(await sized(records)).toEqual(records.map(({ x }) => ({ y: x })))
  expect(sizes).toEqual([4, 4, 2])
})

test('every view shows the same rows', async () => {
  const Wide = Type.Object({
    f: column.float32(),
    i: column.int64(),
    s: Type.String(),
    n: Type.Union([Type.Number(), Type.Null()]),
    l: Type.Array(Type.Integer()),
  })
  const records = [
    { f: 0.5, i: 9_007_199_254_740_993n, s: 'sépal 😀', n: null, l: [1n, 2n] },
    { f: -1, i: -1n, s: '', n: 4, l: [] },
  ]
  const views = stage({
    name: 'views',
    input: Wide,
    output: Wide,
    handler: (batch) => {
      expect(batch.columnNames).toEqual(['f', 'i', 's', 'n', 'l'])
      expect([...batch.column('i')]).toEqual([9_007_199_254_740_993n, -1n])
      expect([batch.column('n').isNull(0), batch.column('n')[1]]).toEqual([true, 4])
      expect(batch.tensor(['f', 'n'])).toEqual({ data: new Float32Array([0.5, Number.NaN, -1, 4]), dims: [2, 2] })
      expect(batch.numbers('i')).toEqual(new Float64Array([9_007_199_254_740_992, -1]))
      expect(batch.numbers('n')).toEqual(new Float64Array([Number.NaN, 4]))
      expect(batch.slice(1, 2).rows()).toEqual([records[1]])
      batch.out('f').set(batch.column('f').map((value) => value * 2))
      return { f: batch.out('f'), i: batch.column('i'), s: batch.column('s'), n: [null, 4], l: [[1, 2], []] }
    },
  })

  expect(await views(records)).toEqual([
    { ...records[0], f: 1 },
    { ...records[1], f: -2 },
  ])
})

test('a stage without schemas takes any flat records and answers what the handler returns', async () => {
  const free = stage({ name: 'free', handler: (batch) => batch.rows().map((row) => ({ ...row, seen: true })) })

  expect(await free([{ a: 1 }, { b: 'x' }])).toEqual([
    { a: 1, b: null, seen: true },
    { a: null, b: 'x', seen: true },
  ])
})

test('a handler that takes a model gets the one it is called with', async () => {
  interface Scale {
    readonly factor: number
  }
  const scaled = stage({
    name: 'scaled',
    input: Point,
    output: Result,
    handler: (batch, context: import('@redesmyn/core').HandlerContext<Scale>) => ({
      y: batch.column('x').map((x) => x * context.model.factor),
    }),
  })

  expect(await scaled([{ x: 3 }], { model: { factor: 2 } })).toEqual([{ y: 6 }])
})

test('outputs are held to the schema', async () => {
  const short = stage({ name: 'short', input: Point, output: Result, handler: () => ({ y: [1] }) })

  await expect(short([{ x: 1 }, { x: 2 }])).rejects.toMatchObject({
    code: 'HANDLER_OUTPUT_MISMATCH',
    message: 'stage "short" returned 1 rows for 2',
  })
})

test('a row that the handler rejects fails the call with its error', async () => {
  const picky = stage({
    name: 'picky',
    input: Point,
    output: Result,
    handler: (batch, context) => {
      context.reject(1, 'REQUEST_INVALID', 'not this one')
      context.reject(1, 'INTERNAL', 'too late')
      return { y: batch.column('x') }
    },
  })

  await expect(picky([{ x: 1 }, { x: 2 }])).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
    message: 'not this one',
    details: { issues: [{ row: 1, code: 'REQUEST_INVALID', message: 'not this one' }] },
  })
})

test('a view that needs another package says what to bring', async () => {
  const arrow = stage({ name: 'arrow', input: Point, output: Result, handler: (batch) => batch.toArrow() })

  await expect(arrow([{ x: 1 }])).rejects.toMatchObject({ code: 'LIFECYCLE_MISUSE' })
})

test('M131 a handler may count in a direct call too: names are checked, and nobody is told', async () => {
  const counting = stage({
    name: 'counting',
    input: Point,
    output: Result,
    handler: (batch, { metrics, traceparentOf }) => {
      metrics.counter('rows_total', { kind: 'a' }).add(batch.rowCount)
      metrics.gauge('depth').set(1)
      metrics.histogram(batch.column('x')[0] < 0 ? 'Not-A-Name' : 'sizes').observe(1)
      return { y: batch.column('x').map(() => (traceparentOf(0) === undefined ? 1 : 0)) }
    },
  })

  expect(await counting([{ x: 1 }])).toEqual([{ y: 1 }])
  await expect(counting([{ x: -1 }])).rejects.toMatchObject({ code: 'HANDLER_ERROR' })
})

test('M67 rows that may not share a batch do not share one in a direct call either', async () => {
  const sized = stage({
    name: 'sized',
    input: Type.Object({ list: Type.Array(Type.Number()) }),
    output: Type.Object({ lengths: Type.String() }),
    batch: { sameShape: ['list'], maxRows: 2 },
    handler: (batch) => {
      const lengths = batch.rows().map(({ list }) => list.length)
      return batch.rows().map(() => ({ lengths: lengths.join() }))
    },
  })

  const answers = await sized([[1], [1, 2], [3], [4], [5, 6]].map((list) => ({ list })))

  expect(answers.map(({ lengths }) => lengths)).toEqual(['1,1', '2,2', '1,1', '1', '2,2'])
})

/** A stage that needs something which is there when the test says so. */
function needy() {
  let make = (): void => undefined
  let ask = (): void => undefined
  const ends: string[] = []
  const made = new Promise<string>((resolve) => (make = () => resolve('a table')))
  const asked = new Promise<void>((resolve) => (ask = resolve))
  const create = async () => {
    ask()
    return await made
  }
  const table = provider('table', create, { dispose: (value) => void ends.push(value) })
  const needing = stage({
    name: 'needing',
    input: Point,
    output: Result,
    needs: [table],
    handler: (batch, { deadlineMs }) => ({ y: batch.column('x').map(() => deadlineMs) }),
  })
  return { needing, asked, make, ends }
}

test('a signal ends a call that waits for what its stage needs, which is disposed of when it comes', async () => {
  const { needing, asked, make, ends } = needy()
  const stop = new AbortController()
  const reason = new Error('nobody waits')
  const call = needing([{ x: 1 }], { signal: stop.signal })

  await asked
  stop.abort(reason)

  await expect(call).rejects.toBe(reason)
  make()
  await new Promise(setImmediate)
  expect(ends).toEqual(['a table'])
})

test('so does the deadline where there is a clock, and the handler has what is left of it', async () => {
  const clock = fakeClock()
  const [late, early] = [needy(), needy()]
  const failed = expect(late.needing([{ x: 1 }], { deadlineMs: 300, clock })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    details: { stage: 'needing' },
  })
  const answered = early.needing([{ x: 1 }], { deadlineMs: 400, clock })

  await Promise.all([late.asked, early.asked])
  clock.advance(300)
  early.make()

  await failed
  expect(await answered).toEqual([{ y: 100 }])
})
