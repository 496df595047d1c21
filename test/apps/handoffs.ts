import { between, compose, handoff } from '@redesmyn/cascade'
import { column, endpoint, type Handler, handler, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const count = Type.Optional(column.int32())

/** One column of every kind that is written in a way of its own. */
export const Given = Type.Object({
  id: Type.Integer(),
  x: Type.Number(),
  small: column.float32(),
  big: column.int64(),
  isOdd: Type.Boolean(),
  text: Type.String(),
  note: Type.Union([Type.String(), Type.Null()]),
  count,
  parts: Type.Array(Type.Number()),
})
const Left = Type.Object({ id: Type.Integer(), x: Type.Number(), text: Type.String(), big: column.int64(), count })
const Taken = Type.Object({ id: Type.Integer(), label: Type.String(), z: Type.Number(), big: column.int64(), count })
const Answer = Type.Object({ id: Type.Integer(), y: Type.Number(), label: Type.String(), big: column.int64(), count })
export const Told = Type.Object({
  id: Type.Integer(),
  attempt: Type.Integer(),
  key: Type.String(),
  deadlineMs: Type.Number(),
  trace: Type.String(),
  region: Type.String(),
  rowCount: Type.Integer(),
})
export const Only = Type.Object({ id: Type.Integer() })

/** Gives what it is given. */
export const echo = stage({
  name: 'echo',
  input: Given,
  output: Given,
  handler: (batch) => batch.rows(),
})

/** Throws at "bomb" and rejects "no". */
export const before = stage({
  name: 'before',
  input: Given,
  output: Left,
  handler(batch, context) {
    const rows = batch.rows()
    if (rows.some(({ text }) => text === 'bomb')) throw new Error('a bomb')
    for (const [row, { text }] of rows.entries()) {
      if (text === 'no') context.reject(row, 'REQUEST_INVALID', 'the text says no')
    }
    return {
      id: batch.column('id'),
      x: batch.column('x'),
      text: batch.column('text'),
      big: batch.column('big'),
      count: batch.column('count'),
    }
  },
})

export const map = handler({
  input: Left,
  output: Taken,
  handle: (batch) => ({
    id: batch.column('id'),
    label: batch.rows().map(({ id, text }) => `${String(id)}:${text}`),
    z: batch.column('x').map((x) => x / 3),
    big: batch.column('big'),
    count: batch.column('count'),
  }),
})

const answer: Handler<typeof Taken, typeof Answer> = (batch) => ({
  id: batch.column('id'),
  y: batch.column('z').map(Math.sin),
  label: batch.rows().map(({ label }) => label.toUpperCase()),
  big: batch.column('big'),
  count: batch.column('count'),
})

export const behind = stage({ name: 'behind', input: Taken, output: Answer, batch: { maxRows: 64 }, handler: answer })

/** In a thread of its own. */
export const apart = stage({ name: 'apart', input: Taken, output: Answer, threads: 1, handler: answer })

/** Says what its context does. */
export const told = stage({
  name: 'told',
  input: Only,
  output: Told,
  batch: { maxRows: 4 },
  handler: (batch, context) =>
    batch.rows().map(({ id }) => ({
      id,
      attempt: context.attempt,
      key: context.idempotencyKey ?? '',
      deadlineMs: context.deadlineMs,
      trace: context.traceparent ?? '',
      region: context.params['region'] ?? '',
      rowCount: batch.rowCount,
    })),
})

/** Answers when its batch is given up, and not before. */
export const patient = stage({
  name: 'patient',
  input: Only,
  output: Only,
  handler: (batch, context) =>
    new Promise((resolve) => {
      context.signal.addEventListener('abort', () => resolve({ id: batch.column('id') }), { once: true })
    }),
})

export const composed = compose(behind, handoff(map, between.service()), before)
/** The same pipeline once more, with a handoff of its own: what it is made of are not two stages of one name. */
export const again = pipe(before).to(handoff(map, between.service()), behind)
export const piped = pipe(before).to(handoff(map, between.service()), apart)

/** How often it was called in its thread, as what the next stage takes. */
let calls = 0
const counting = handler({
  input: Left,
  output: Taken,
  handle(batch) {
    calls += 1
    const label = `call ${calls}, ${batch.rowCount} rows`
    return { ...columnsOf(batch.rows()), label: Array.from(batch.column('x'), () => label) }
  },
})

/** Breaks its word: the types are passed by. */
const wrong = handler({
  input: Left,
  output: Taken,
  handle: (batch) => ({ ...columnsOf(batch.rows()), label: Array.from(batch.column('x'), () => JSON.parse('1')) }),
})

function columnsOf(rows: readonly { readonly id: number | bigint; readonly x: number; readonly big: bigint }[]) {
  return { id: rows.map(({ id }) => id), z: rows.map(({ x }) => x), big: rows.map(({ big }) => big) }
}

const first = passing('first')
const second = passing('second')
export const counted = pipe(first).to(handoff(counting, between.service()), apart)
export const broken = pipe(second).to(handoff(wrong, between.service()), apart)

/** Passes on what it is given, in threads of its own. */
function passing(name: string) {
  return stage({ name, input: Left, output: Left, threads: 1, handler: (batch) => batch.rows() })
}

export default [
  endpoint('/composed', composed),
  endpoint('/piped', piped),
  endpoint('/before', before),
  endpoint('/counted', counted),
  endpoint('/broken', broken),
]
