import { endpoint, type Middleware, pipe, PipelineError, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })

/** Blocks its thread for as many milliseconds as its first row says; a negative one fails the row. */
export const work = stage({
  name: 'work',
  input: Point,
  output: Result,
  threads: 2,
  handler(batch, context) {
    const x = batch.column('x')
    const until = performance.now() + x[0]
    while (performance.now() < until);
    for (let row = 0; row < x.length; row++) if (x[row] < 0) context.reject(row, 'INTERNAL', 'as asked')
    return { y: x.slice() }
  },
})

/** Ends its thread at 2. */
export const fragile = stage({
  name: 'fragile',
  input: Point,
  output: Result,
  handler(batch, { metrics }) {
    metrics.counter('survived_total').add()
    if (batch.column('x').includes(2)) process.exit(7)
    return { y: batch.column('x').slice() }
  },
})

/** Counts with metrics of its own, in two threads. */
export const counting = stage({
  name: 'counting',
  input: Point,
  output: Result,
  threads: 2,
  batch: { maxRows: 1 },
  handler(batch, { metrics, slot }) {
    const x = batch.column('x')
    metrics.counter('seen_rows_total', { sign: x[0] < 0 ? 'minus' : 'plus "or" zero' }).add(batch.rowCount)
    metrics.gauge('last_x').set(x[0])
    metrics.histogram('x_values').observe(x[0])
    return { y: new Float64Array(batch.rowCount).fill(slot) }
  },
})

/** Declares what its text says, as a counter or a gauge. */
export const declaring = stage({
  name: 'declaring',
  input: Type.Object({ kind: Type.String(), name: Type.String() }),
  output: Result,
  handler(batch, { metrics }) {
    for (const { kind, name } of batch.rows()) {
      if (kind === 'gauge') metrics.gauge(name).set(1)
      else metrics.counter(name).add()
    }
    return { y: new Float64Array(batch.rowCount) }
  },
})

/** Tells where in its trace each row stands, and logs a line. Waits for company. */
export const traced = stage({
  name: 'traced',
  input: Point,
  output: Type.Object({ batch: Type.String(), row: Type.String() }),
  batch: { maxRows: 3, maxDelayMs: 50 },
  handler(batch, context) {
    context.log.info({}, 'Handled.')
    return batch.rows().map(({ x }, row) => {
      if (x < 0) throw new PipelineError('HANDLER_ERROR', 'as asked')
      return { batch: context.traceparent ?? 'none', row: context.traceparentOf(row) ?? 'none' }
    })
  },
})

/** Tells what it knows of each row's request; rows of one sign share a batch. */
export const sorted = stage({
  name: 'sorted',
  input: Point,
  output: Type.Object({ row: Type.String(), tenant: Type.String(), rowCount: Type.Integer() }),
  batch: { key: ({ x }) => (x < 0 ? 'minus' : 'plus'), maxRows: 4, maxDelayMs: 20 },
  handler: (batch, context) =>
    batch.rows().map((_, row) => {
      const tenant = context.header(row, 'x-tenant')
      return { row: context.traceparentOf(row) ?? 'none', tenant, rowCount: batch.rowCount }
    }),
})

/** Says 203 where the endpoint says 200. */
const secondHand: Middleware = async (_request, next) => {
  const reply = await next()
  return reply.status === 200 ? { ...reply, status: 203 } : reply
}

/** Counts in a process of its own, which ends at 2. */
export const apart = stage({
  name: 'apart',
  input: Point,
  output: Result,
  isolation: 'child',
  handler(batch, { metrics }) {
    metrics.counter('apart_rows_total').add(batch.rowCount)
    if (batch.column('x').includes(2)) process.exit(7)
    return { y: batch.column('x').slice() }
  },
})

/** Counts without a thread. */
export const inline = stage({
  name: 'inline',
  input: Point,
  output: Result,
  isolation: 'inline',
  handler(batch, { metrics }) {
    metrics.counter('inline_rows_total').add(batch.rowCount)
    return { y: batch.column('x').slice() }
  },
})

/** Takes as long as its first row says, and goes on to the next stage. */
export const before = stage({
  name: 'before',
  input: Point,
  output: Point,
  handler(batch) {
    const until = performance.now() + batch.column('x')[0]
    while (performance.now() < until);
    return { x: batch.column('x').slice() }
  },
})

export const behind = stage({
  name: 'behind',
  input: Point,
  output: Result,
  threads: 1,
  handler: (batch) => ({ y: batch.column('x').slice() }),
})

export default [
  endpoint('/apart', apart),
  endpoint('/inline', inline),
  endpoint('/both', pipe(before).to(behind)),
  endpoint('/work', work, { maxBodyBytes: 1000 }),
  endpoint('/fragile', fragile),
  endpoint('/counting', counting),
  endpoint('/declaring', declaring),
  endpoint('/traced', traced),
  endpoint('/sorted', sorted, { headers: ['x-tenant'] }),
  endpoint('/wrapped', work, { use: [secondHand] }),
]
