import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })
const alone = { maxRows: 1 }

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function spin(): never {
  for (;;);
}

/** Waits for as many milliseconds as its row says. */
export const patient = stage({
  name: 'patient',
  input: Point,
  output: Result,
  concurrency: 4,
  batch: alone,
  handler: async (batch) => {
    await wait(batch.column('x')[0])
    return { y: batch.column('x') }
  },
})

export const limited = stage({
  name: 'limited',
  input: Point,
  output: Result,
  timeoutMs: 500,
  batch: alone,
  handler: async (batch) => {
    await wait(batch.column('x')[0])
    return { y: batch.column('x') }
  },
})

/** Has more time than its requests. */
export const generous = stage({
  name: 'generous',
  input: Point,
  output: Result,
  timeoutMs: 4000,
  batch: alone,
  handler: async (batch) => {
    await wait(batch.column('x')[0])
    return { y: batch.column('x') }
  },
})

let calls = 0

/** Waits, and says the how-manyth call of its thread it was. */
export const counted = stage({
  name: 'counted',
  input: Point,
  output: Result,
  batch: alone,
  handler: async (batch) => {
    calls++
    const call = calls
    await wait(batch.column('x')[0])
    return [{ y: call }]
  },
})

/** Loops for ever where its row is negative. */
export const looping = stage({
  name: 'looping',
  input: Point,
  output: Result,
  threads: 2,
  timeoutMs: 300,
  batch: alone,
  handler: (batch) => {
    if (batch.column('x')[0] < 0) spin()
    return { y: batch.column('x') }
  },
})

/** The same without a limit of its own, beside batches that wait in the same thread. */
export const loopingShared = stage({
  name: 'looping-shared',
  input: Point,
  output: Result,
  concurrency: 4,
  batch: alone,
  handler: async (batch) => {
    const [x] = batch.column('x')
    await wait(Math.max(0, x))
    if (x < 0) spin()
    return { y: batch.column('x') }
  },
})

/** Where its row is negative its promise never settles, though its thread goes on. */
export const hanging = stage({
  name: 'hanging',
  input: Point,
  output: Result,
  concurrency: 2,
  timeoutMs: 400,
  batch: alone,
  handler: async (batch) => {
    const [x] = batch.column('x')
    if (x < 0) await new Promise(() => undefined)
    await wait(x)
    return { y: batch.column('x') }
  },
})

/** Answers, and leaves something behind that holds its thread. */
export const haunted = stage({
  name: 'haunted',
  input: Point,
  output: Result,
  timeoutMs: 300,
  batch: alone,
  handler: (batch) => {
    if (batch.column('x')[0] < 0) setTimeout(spin, 20)
    return { y: batch.column('x') }
  },
})

let aborts = 0

/** Waits to be given up: by an event, or, where its row is 2, by asking again and again. 0: says how often it was. */
export const watchful = stage({
  name: 'watchful',
  input: Point,
  output: Result,
  batch: { maxRows: 8 },
  handler: async (batch, context) => {
    const [x] = batch.column('x')
    if (x === 0) return batch.rows().map(() => ({ y: aborts }))
    if (x === 2) while (!context.signal.aborted);
    else {
      const pending = setInterval(() => undefined, 1000)
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve))
      clearInterval(pending)
    }
    aborts++
    return { y: batch.column('x') }
  },
})

/** Says how long it has. */
export const hurried = stage({
  name: 'hurried',
  input: Point,
  output: Result,
  handler: (batch, { deadlineMs }) => batch.rows().map(() => ({ y: deadlineMs })),
})

export default [
  endpoint('/patient', patient),
  endpoint('/limited', limited),
  endpoint('/generous', generous),
  endpoint('/counted', counted, { requestTimeoutMs: 300 }),
  endpoint('/looping', looping),
  endpoint('/looping-shared', loopingShared, { requestTimeoutMs: 500 }),
  endpoint('/hanging', hanging),
  endpoint('/haunted', haunted),
  endpoint('/watchful', watchful, { requestTimeoutMs: 400 }),
  endpoint('/hurried', hurried, { clientDeadline: true }),
  endpoint('/deaf', hurried),
  endpoint('/shortened', patient, { clientDeadline: true }),
]
