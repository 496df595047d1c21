import { threadId } from 'node:worker_threads'
import { column, endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Text = Type.Object({ text: Type.String() })
/** One column of every kind, so that whatever is handed on, sliced or joined is seen to survive. */
const Parsed = Type.Object({
  x: Type.Number(),
  text: Type.String(),
  isEven: Type.Boolean(),
  note: Type.Union([Type.String(), Type.Null()]),
  digits: Type.Array(column.int32()),
})
const Scored = Type.Object({
  x: Type.Number(),
  text: Type.String(),
  batchRows: Type.Integer({ minimum: 0, maximum: 1e6 }),
})

/** Reads a number out of a text; rejects what is none, and throws away its whole batch at "bomb". */
export const parse = stage({
  name: 'parse',
  input: Text,
  output: Parsed,
  threads: 1,
  batch: { maxRows: 64 },
  handler(batch, context) {
    return batch.rows().map(({ text }, row) => {
      if (text === 'bomb') throw new Error('a bomb')
      const x = Number(text)
      if (Number.isNaN(x)) context.reject(row, 'REQUEST_INVALID', `"${text}" is no number`)
      return {
        x,
        text,
        isEven: x % 2 === 0,
        note: x % 3 === 0 ? null : `note ${text}`,
        digits: Array.from(text, Number),
      }
    })
  },
})

/** Passes its columns on as they are, and checks that they belong together. */
export const check = stage({
  name: 'check',
  input: Parsed,
  output: Parsed,
  threads: 1,
  batch: { maxRows: 64 },
  handler(batch, context) {
    for (const [row, { x, text, isEven, note, digits }] of batch.rows().entries()) {
      const isWhole =
        text === String(x) &&
        isEven === (x % 2 === 0) &&
        note === (x % 3 === 0 ? null : `note ${text}`) &&
        digits.join('') === text
      if (!isWhole) context.reject(row, 'HANDLER_ERROR', `row ${row} is torn: ${JSON.stringify({ x, text, digits })}`)
    }
    return {
      x: batch.column('x'),
      text: batch.column('text'),
      isEven: batch.column('isEven'),
      note: batch.column('note'),
      digits: batch.column('digits'),
    }
  },
})

/** Takes fewer columns than come, in batches of its own size, and says how large each was. */
export const score = stage({
  name: 'score',
  input: Type.Object({ text: Type.String(), x: Type.Number() }),
  output: Scored,
  threads: 1,
  batch: { maxRows: 16 },
  handler: (batch) => batch.rows().map(({ x, text }) => ({ x: x * 10, text, batchRows: batch.rowCount })),
})

const Number1 = Type.Object({ x: Type.Number() })

/** Leaves a mark behind its columns, in the last byte of the memory that they lie in. */
export const mark = stage({
  name: 'mark',
  input: Number1,
  output: Number1,
  threads: 1,
  handler(batch) {
    const x = batch.column('x')
    new Uint8Array(x.buffer)[x.buffer.byteLength - 1] = 123
    return { x }
  },
})

/** The same where the columns are written anew, into the room for outputs. */
export const markOutput = stage({
  name: 'mark-output',
  input: Number1,
  output: Number1,
  threads: 1,
  handler(batch) {
    const out = batch.out('x')
    for (let row = 0; row < batch.rowCount; row++) out[row] = batch.column('x')[row] ?? 0
    new Uint8Array(out.buffer)[out.buffer.byteLength - 1] = 45
    return { x: out }
  },
})

/** Reads the mark. */
export const findMark = stage({
  name: 'find-mark',
  input: Number1,
  output: Type.Object({ mark: Type.Number(), isShared: Type.Boolean() }),
  threads: 1,
  handler(batch) {
    const { buffer } = batch.column('x')
    const mark = new Uint8Array(buffer).at(-1) ?? 0
    return batch.rows().map(() => ({ mark, isShared: buffer instanceof SharedArrayBuffer }))
  },
})

const Times = Type.Object({ x: Type.Number(), startMs: Type.Number(), endMs: Type.Number() })

/** Takes 50 ms, one row at a time, and says when. */
const slow = (name: string) =>
  stage({
    name,
    input: Number1,
    output: Times,
    threads: 1,
    batch: { maxRows: 1 },
    async handler(batch, context) {
      const startMs = performance.timeOrigin + performance.now()
      await new Promise<void>((resolve) => void context.clock.after(50, resolve))
      return [{ x: batch.column('x')[0] ?? 0, startMs, endMs: performance.timeOrigin + performance.now() }]
    },
  })

export const slowOne = slow('slow-one')
export const slowTwo = slow('slow-two')
export const slowThree = slow('slow-three')

/** Holds two rows at most, and takes 200 ms for each. */
export const narrow = stage({
  name: 'narrow',
  input: Number1,
  output: Number1,
  threads: 1,
  batch: { maxRows: 1 },
  queue: { maxRows: 2 },
  async handler(batch, context) {
    await new Promise<void>((resolve) => void context.clock.after(200, resolve))
    return { x: batch.column('x') }
  },
})

export const pass = stage({
  name: 'pass',
  input: Number1,
  output: Number1,
  threads: 1,
  handler: (batch) => ({ x: batch.column('x') }),
})

/** Gathers what comes, for 50 ms. */
export const gather = stage({
  name: 'gather',
  input: Number1,
  output: Type.Object({ x: Type.Number(), batchRows: Type.Number(), stage: Type.String() }),
  threads: 1,
  batch: { maxRows: 8, maxDelayMs: 50 },
  handler: (batch, { stage: name }) => batch.rows().map(({ x }) => ({ x, batchRows: batch.rowCount, stage: name })),
})

/** Throws, rejects or ends its thread, as the number says. */
export const moody = stage({
  name: 'moody',
  input: Number1,
  output: Number1,
  threads: 1,
  batch: { maxRows: 1 },
  handler(batch, context) {
    const [x] = batch.column('x')
    if (x === 1) throw new Error('moody')
    if (x === 2) context.reject(0, 'REQUEST_INVALID', 'not two')
    if (x === 3) process.exit(1)
    return { x: batch.column('x') }
  },
})

export const scored = endpoint('/scored', pipe(parse).to(check).to(score))
export const parsed = endpoint('/parsed', parse)
export const checked = endpoint('/checked', pipe(parse).to(check))
export const lenient = endpoint('/lenient', pipe(parse).to(check).to(score), { onInvalid: 'null' })
export const marked = endpoint('/marked', pipe(mark).to(findMark))
export const markedOutput = endpoint('/marked-output', pipe(markOutput).to(findMark))
export const slowly = endpoint('/slowly', pipe(slowOne).to(slowTwo).to(slowThree))
export const narrowed = endpoint('/narrowed', pipe(pass).to(narrow))
export const gathered = endpoint('/gathered', pipe(pass).to(gather))
export const gatheredAlone = endpoint('/gathered-alone', gather)
export const moodily = endpoint('/moodily', pipe(pass).to(moody).to(gather))
export const timesOfOne = endpoint('/slow-one', slowOne)

/** These say nothing about where they run: they run in the calls of the one before. */
export const enter = stage({
  name: 'enter',
  input: Number1,
  output: Number1,
  threads: 1,
  handler(batch, context) {
    batch.rows().forEach(({ x }, row) => {
      if (x < 0) context.reject(row, 'REQUEST_INVALID', 'less than nothing')
    })
    return { x: batch.column('x').map((x) => x + 1) }
  },
})
const Placed = Type.Object({ x: Type.Number(), thread: Type.Integer({ minimum: 0, maximum: 1e6 }) })
export const double = stage({
  name: 'double',
  input: Number1,
  output: Placed,
  handler: (batch) => batch.rows().map(({ x }) => ({ x: 2 * x, thread: threadId })),
})
export const square = stage({
  name: 'square',
  input: Placed,
  output: Type.Object({ x: Type.Number(), threads: Type.Array(Type.Number()) }),
  handler: (batch) => batch.rows().map(({ x, thread }) => ({ x: x * x, threads: [Number(thread), threadId] })),
})
export const fused = endpoint('/fused', pipe(enter).to(double).to(square))
