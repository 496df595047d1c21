import { endpoint, PipelineError, pipe, retry, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Id = Type.Integer({ minimum: 0, maximum: 2 ** 40 })
const Point = Type.Object({ id: Id, x: Type.Number() })
const Doubled = Type.Object({ id: Id, y: Type.Number() })

/** What the x of a row brings about in `fragile`. */
export const fates = { throws: 1, ends: 2, loops: 3, rejected: 4, aborts: 5, refused: 6, remote: 7 } as const

/** Does with a batch what the worst of its rows says; else y = 2x. */
export const fragile = stage({
  name: 'fragile',
  input: Point,
  output: Doubled,
  threads: 2,
  timeoutMs: 250,
  handler(batch, context) {
    const xs = batch.column('x')
    context.metrics.counter('calls').add()
    if (xs.includes(fates.throws)) throw new Error(`one of ${xs.length} rows is a one`)
    if (xs.includes(fates.ends)) process.exit(7)
    if (xs.includes(fates.aborts)) process.abort()
    if (xs.includes(fates.loops)) while (!context.signal.aborted);
    if (xs.includes(fates.refused)) throw new PipelineError('REQUEST_INVALID', 'rows of six are refused')
    if (xs.includes(fates.remote)) throw new PipelineError('HANDOFF_FAILED', 'the other side is away')
    xs.forEach((x, row) => {
      if (x === fates.rejected) context.reject(row, 'RECORD_INVALID', `row ${row} is a four`)
    })
    return { id: batch.column('id'), y: xs.map((x) => 2 * x) }
  },
})

/** The same, for a call that must not be made twice. */
export const careful = stage({
  name: 'careful',
  input: Point,
  output: Doubled,
  effects: 'once',
  handler(batch, { metrics }) {
    metrics.counter('calls').add()
    if (batch.column('x').includes(fates.throws)) throw new Error('not again')
    return { id: batch.column('id'), y: batch.column('x').slice() }
  },
})

/** Passes on what it takes. */
export const passing = stage({
  name: 'passing',
  input: Point,
  output: Point,
  threads: 1,
  handler: (batch) => ({ id: batch.column('id'), x: batch.column('x') }),
})

/** Says what it knows beside its rows. */
export const named = stage({
  name: 'named',
  input: Doubled,
  output: Type.Object({ id: Id, y: Type.Number(), name: Type.String() }),
  threads: 1,
  handler: (batch, { params, attempt, idempotencyKey, maxRows, deadlineMs, traceparent, stage: name }) => {
    const { rowCount } = batch
    const said = JSON.stringify({
      params,
      attempt,
      idempotencyKey,
      maxRows,
      deadlineMs,
      traceparent,
      stage: name,
      rowCount,
    })
    return { id: batch.column('id'), y: batch.column('y'), name: new Array<string>(rowCount).fill(said) }
  },
})

/** Keeps rows whose x is whole and even, and rejects those below zero. */
export const sifting = stage({
  name: 'sifting',
  input: Point,
  output: Point,
  threads: 1,
  returns: 'filter',
  handler(batch, context) {
    const xs = batch.column('x')
    const ids = batch.column('id')
    const parents = Int32Array.from(xs, (_, row) => row).filter((row) => xs[row] % 2 === 0 || xs[row] < 0)
    xs.forEach((x, row) => {
      if (x < 0) context.reject(row, 'RECORD_INVALID', 'below zero')
    })
    return { output: { id: Array.from(parents, (row) => ids[row]), x: Array.from(parents, (row) => xs[row]) }, parents }
  },
})

/** As many rows of each as its x says, whole and from 0; throws at -1. */
export const exploding = stage({
  name: 'exploding',
  input: Point,
  output: Point,
  threads: 2,
  returns: 'explode',
  handler(batch) {
    const xs = batch.column('x')
    if (xs.includes(-1)) throw new Error('fewer than none')
    const ids = batch.column('id')
    const parents = Array.from(xs).flatMap((x, row) => new Array<number>(x).fill(row))
    return { output: parents.map((row, index) => ({ id: ids[row], x: index })), parents }
  },
})

/** Says how many rows its batch had. */
export const counting = stage({
  name: 'counting',
  input: Point,
  output: Point,
  threads: 1,
  handler: (batch) => ({ id: batch.column('id'), x: new Float64Array(batch.rowCount).fill(batch.rowCount) }),
})

/** Takes only rows whose lists are as long as each other; says how many there were. */
export const even = stage({
  name: 'even',
  input: Type.Object({ id: Id, values: Type.Array(Type.Number()) }),
  output: Type.Object({ id: Id, length: Type.Number(), rowCount: Type.Number(), key: Type.String() }),
  threads: 2,
  batch: { sameShape: ['values'] },
  handler: (batch, context) => {
    const { idempotencyKey = '' } = context
    const rows = batch.rows()
    const [{ values: first }] = rows
    return rows.map(({ id, values }, row) => {
      if (values.length !== first.length) throw new Error('lists of unequal lengths')
      if (values[0] === -1) context.reject(row, 'RECORD_INVALID', 'a list that begins with -1')
      return { id, length: values.length, rowCount: batch.rowCount, key: idempotencyKey }
    })
  },
})

/** Rejects one row in seven, by its id. */
export const choosy = stage({
  name: 'choosy',
  input: Point,
  output: Point,
  threads: 1,
  handler(batch, context) {
    batch.column('x').forEach((x, row) => {
      if (x % 7 === 3) context.reject(row, 'REQUEST_INVALID', 'a three')
    })
    return { id: batch.column('id'), x: batch.column('x') }
  },
})

/** Leaves a promise to itself that rejects where a row is a one. */
export const forgetful = stage({
  name: 'forgetful',
  input: Point,
  output: Point,
  threads: 1,
  handler(batch) {
    if (batch.column('x').includes(1)) void Promise.reject(new Error('nobody looks'))
    return { id: batch.column('id'), x: batch.column('x') }
  },
})

/** Parents that cannot be. */
export const lying = stage({
  name: 'lying',
  input: Point,
  output: Point,
  returns: 'filter',
  handler: (batch) => ({
    output: { id: batch.column('id'), x: batch.column('x') },
    parents: new Array(batch.rowCount).fill(0),
  }),
})

let calls = 0

/** Fails at every second call, and is tried again. */
export const flaky = stage({
  name: 'flaky',
  input: Point,
  output: Point,
  threads: 1,
  handler: retry({ attempts: 2 })((batch) => {
    calls++
    if (calls % 2 === 1) throw new Error('try again')
    return { id: batch.column('id'), x: batch.column('x') }
  }),
})

export const all = pipe(passing).to(fragile).to(named)

export default endpoint('/all', all)
