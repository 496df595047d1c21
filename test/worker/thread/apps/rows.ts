import { eachRow, PipelineError, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })
const Text = Type.Object({ text: Type.String() })

/** Rejects negative rows and leaves nonsense in their place. */
export const picky = stage({
  name: 'picky',
  input: Point,
  output: Result,
  handler(batch, context) {
    const x = batch.column('x')
    x.forEach((value, row) => {
      if (value < 0) context.reject(row, 'REQUEST_INVALID', `${value} is negative`)
    })
    return Array.from(x, (value) => (value < 0 ? Number.NaN : Math.sqrt(value)))
  },
})

/** The same with no output at all for rejected rows. */
export const pickyText = stage({
  name: 'picky-text',
  input: Point,
  output: Text,
  handler(batch, context) {
    const texts: string[] = Array.from({ length: batch.rowCount })
    batch.column('x').forEach((value, row) => {
      if (value < 0) context.reject(row, 'REQUEST_INVALID', 'negative')
      else texts[row] = `text ${value}`
    })
    return texts
  },
})

export const single = stage({
  name: 'single',
  input: Point,
  output: Result,
  handler: eachRow(({ x }) => {
    if (x < 0) throw new PipelineError('REQUEST_INVALID', 'negative')
    return { y: x + 1 }
  }),
})

/** Says what the context says of every row. */
export const asked = stage({
  name: 'asked',
  input: Point,
  output: Text,
  handler(batch, context) {
    const { stage: name, slot, params, attempt, deadlineMs } = context
    return batch.rows().map((_, row) => {
      if (row === 0) context.reply(row, { status: 201, headers: { 'x-first': 'yes' } })
      const about = {
        name,
        slot,
        params,
        attempt,
        deadlineMs,
        id: context.requestId(row),
        q: context.query(row).get('q'),
      }
      return { text: JSON.stringify(about) }
    })
  },
})

/** Waits until it is given up. */
export const slow = stage({
  name: 'slow',
  input: Point,
  output: Result,
  handler: (batch, { signal }) =>
    new Promise((resolve, reject) => {
      // Keeps the thread's event loop alive, as a request to somewhere else would.
      const pending = setInterval(() => undefined, 1000)
      const end = () => {
        clearInterval(pending)
        reject(signal.reason)
      }
      if (signal.aborted) end()
      else signal.addEventListener('abort', end)
      if (batch.rowCount > 1) resolve({ y: [] })
    }),
})

export const shapeless = stage({
  name: 'shapeless',
  handler: (batch) =>
    batch.rows().map((row) => ({ names: Object.keys(row).join(' '), count: Object.keys(row).length })),
})
