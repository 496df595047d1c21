import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { column, type HandlerContext, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })
const Seen = Type.Object({ isShared: Type.Boolean(), bytes: Type.Number(), pid: Type.Integer(), sum: Type.Number() })
const Wide = Type.Object(Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`c${index}`, Type.Number()])))

/** Leaves a line for each call in the file that the sender names, and waits where it says so until another file is there. */
async function mark({ params, idempotencyKey, signal }: HandlerContext, rowCount: number): Promise<void> {
  if (params['marker'] !== undefined) appendFileSync(params['marker'], `${idempotencyKey} ${rowCount}\n`)
  while (params['gate'] !== undefined && !existsSync(params['gate'])) {
    await pause(2, undefined, { signal })
  }
}

export const score = stage({
  name: 'score',
  input: Point,
  output: Result,
  threads: 1,
  async handler(batch, context) {
    await mark(context, batch.rowCount)
    return { y: batch.column('x').map((x) => x * 2) }
  },
})

export const child = stage({
  name: 'child',
  input: Point,
  output: Result,
  isolation: 'child',
  async handler(batch, context) {
    await mark(context, batch.rowCount)
    if (batch.column('x').includes(-9)) process.kill(process.pid, 'SIGKILL')
    return { y: batch.column('x').map((x) => x * 2) }
  },
})

export const once = stage({
  name: 'once',
  input: Point,
  output: Result,
  effects: 'once',
  async handler(batch, context) {
    await mark(context, batch.rowCount)
    if (batch.column('x').includes(13)) throw new Error('thirteen')
    return { y: batch.column('x').map((x) => x * 2) }
  },
})

/** Throws at 13, rejects what is negative. */
export const picky = stage({
  name: 'picky',
  input: Point,
  output: Result,
  handler(batch, context) {
    const xs = batch.column('x')
    context.log.debug({}, 'Seen.')
    if (xs.includes(13)) throw new Error('thirteen')
    for (let row = 0; row < xs.length; row++) if (xs[row] < 0) context.reject(row, 'REQUEST_INVALID', 'x is negative')
    return { y: xs.map((x) => x * 2) }
  },
})

/** Says where its columns lie: in a buffer of how many bytes. */
export const looking = stage({
  name: 'looking',
  input: Point,
  output: Seen,
  threads: 1,
  handler(batch) {
    const xs = batch.column('x')
    const sum = xs.reduce((total, x) => total + x, 0)
    return batch.rows().map(() => {
      return { isShared: xs.buffer instanceof SharedArrayBuffer, bytes: xs.buffer.byteLength, pid: process.pid, sum }
    })
  },
})

/** Takes batches of many megabytes at once. */
export const wide = stage({
  name: 'wide',
  input: Wide,
  output: Type.Object({ isShared: Type.Boolean(), bytes: column.float32() }),
  threads: 1,
  batch: { maxRows: 1_000_000 },
  handler(batch) {
    const { buffer } = batch.column('c15')
    const isShared = buffer instanceof SharedArrayBuffer
    return {
      isShared: Array.from({ length: batch.rowCount }, () => isShared),
      bytes: new Float32Array(batch.rowCount).fill(buffer.byteLength),
    }
  },
})

/** Looks at nothing but its work for as long as it is told. */
export const deaf = stage({
  name: 'deaf',
  input: Point,
  output: Result,
  threads: 1,
  handler(batch, context) {
    const untilMs = Date.now() + Number(context.params['busyMs'] ?? 0)
    while (Date.now() < untilMs);
    return { y: batch.column('x').slice() }
  },
})
