import { arrow, endpoint, PipelineError, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })

export const exp = stage({
  name: 'exp',
  input: Point,
  output: Result,
  handler: (batch) => ({ y: batch.column('x').map(Math.exp) }),
})

/** Answers its row, with the size of the batch it came in. Waits for company. */
export const together = stage({
  name: 'together',
  input: Point,
  output: Type.Object({ x: Type.Number(), rows: Type.Integer({ minimum: 0, maximum: 1000 }) }),
  batch: { maxRows: 64, maxDelayMs: 200 },
  handler: (batch) => batch.rows().map(({ x }) => ({ x, rows: batch.rowCount })),
})

export const identity = stage({
  name: 'identity',
  input: Point,
  output: Result,
  batch: { maxRows: 64 },
  handler: (batch) => ({ y: batch.column('x') }),
})

const Kinds = Type.Object({
  int: Type.Integer(),
  text: Type.String(),
  flag: Type.Boolean(),
  list: Type.Array(Type.Number()),
})

export const kinds = stage({ name: 'kinds', input: Kinds, output: Kinds, handler: (batch) => batch.rows() })

export const ratio = stage({
  name: 'ratio',
  input: Type.Object({ a: Type.Number(), b: Type.Number() }),
  output: Result,
  handler: (batch) => batch.rows().map(({ a, b }) => ({ y: a / b })),
})

export const label = stage({
  name: 'label',
  input: Point,
  output: Type.Object({ label: Type.String(), score: Type.Number() }),
  handler: (batch) => batch.rows().map(({ x }) => ({ label: x > 0 ? 'up' : 'down', score: x })),
})

/** Without schemas: tells how many rows its batch had and what it saw. */
export const loose = stage({
  name: 'loose',
  batch: { maxRows: 64, maxDelayMs: 200 },
  handler: (batch) => {
    const names = batch.columnNames.join()
    return batch.rows().map((row) => ({ names, rows: batch.rowCount, seen: JSON.stringify(row, bigIntsAsText) }))
  },
})

/** Without schemas and without waiting. */
export const looseNow = stage({
  name: 'loose-now',
  handler: (batch) => batch.rows().map((row) => ({ seen: JSON.stringify(row, bigIntsAsText) })),
})

function bigIntsAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}

export const strict = stage({
  name: 'strict',
  input: Type.Object(
    { 'sépal/width': Type.Number({ minimum: 0 }), name: Type.String({ pattern: '^[a-z]+$' }) },
    { additionalProperties: false },
  ),
  output: Result,
  handler: (batch) => ({ y: batch.column('sépal/width') }),
})

export const lenient = stage({
  name: 'lenient',
  input: Type.Object({ x: Type.Number(), flag: Type.Boolean() }),
  output: Result,
  coerce: true,
  handler: (batch) => ({ y: batch.column('x') }),
})

export const words = stage({
  name: 'words',
  input: Type.Object({ sépal: Type.String(), a: Type.String() }),
  output: Type.Object({ text: Type.String() }),
  handler: (batch) => batch.rows().map((row) => ({ text: `${row['sépal']}|${row.a}` })),
})

/** Rejects and throws as its rows say; rows of one batch do not share a fate unless it throws. */
export const unruly = stage({
  name: 'unruly',
  input: Type.Object({ act: Type.String() }),
  output: Type.Object({ done: Type.String() }),
  batch: { maxRows: 64, maxDelayMs: 100 },
  handler: (batch, context) => {
    const rows = batch.rows()
    for (const [row, { act }] of rows.entries()) {
      if (act === 'refuse') context.reject(row, 'REQUEST_INVALID', 'no such\r\nthing')
      if (act === 'invalid') context.reject(row, 'RECORD_INVALID', 'the act is unknown')
      if (act === 'break') context.reject(row, 'HANDLER_ERROR', 'password=hunter2')
    }
    return rows.map(({ act }) => ({ done: act }))
  },
})

export const thrower = stage({
  name: 'thrower',
  input: Type.Object({ what: Type.String() }),
  output: Type.Object({ done: Type.String() }),
  batch: { maxRows: 1 },
  handler: async (batch) => {
    const [{ what }] = batch.rows()
    if (what === 'error') throw new Error('the password is hunter2')
    if (what === 'text') throw 'hunter2'
    if (what === 'ours') throw new PipelineError('REQUEST_INVALID', 'not today')
    if (what === 'short') return []
    await Promise.resolve()
    return [{ done: what }]
  },
})

export const creator = stage({
  name: 'creator',
  input: Type.Object({
    status: Type.Integer({ minimum: 0, maximum: 1000 }),
    header: Type.String(),
    value: Type.String(),
  }),
  output: Type.Object({ ok: Type.Boolean() }),
  handler: (batch, context) => {
    for (const [row, { status, header, value }] of batch.rows().entries()) {
      context.reply(row, { status: Number(status), headers: { [header]: value } })
    }
    return { ok: batch.rows().map(() => true) }
  },
})

export const inspector = stage({
  name: 'inspector',
  input: Point,
  output: Type.Object({ query: Type.String(), params: Type.String(), requestId: Type.String() }),
  handler: (batch, context) =>
    batch.rows().map((_, row) => ({
      query: context.query(row).get('model') ?? '',
      params: JSON.stringify(context.params),
      requestId: context.requestId(row),
    })),
})

export const sleeper = stage({
  name: 'sleeper',
  input: Type.Object({ ms: Type.Number() }),
  output: Result,
  concurrency: 4,
  batch: { maxRows: 1 },
  handler: async (batch) => {
    await new Promise((resolve) => setTimeout(resolve, batch.column('ms')[0]))
    return { y: batch.column('ms') }
  },
})

export default [
  endpoint('/exp', exp),
  endpoint('/together', together),
  endpoint('/identity', identity),
  endpoint('/kinds', kinds),
  endpoint('/ratio', ratio),
  endpoint('/label', label),
  endpoint('/loose', loose),
  endpoint('/loose-now', looseNow),
  endpoint('/strict', strict),
  endpoint('/lenient', lenient),
  endpoint('/nulls', strict, { onInvalid: 'null' }),
  endpoint('/words', words),
  endpoint('/unruly', unruly),
  endpoint('/unruly-nulls', unruly, { onInvalid: 'null' }),
  endpoint('/thrower', thrower),
  endpoint('/creator', creator),
  endpoint('/inspector/{region}', inspector),
  endpoint('/sleeper', sleeper, { requestTimeoutMs: 150 }),
  endpoint('/empty', exp, { emptyBody: 'answer' }),
  endpoint('/small', exp, { maxBodyBytes: 32 }),
  endpoint('/columns', exp, { codecs: [arrow] }),
]
