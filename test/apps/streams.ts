import { eachRow, eachRowStream, endpoint, PipelineError, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Order = Type.Object({
  /** What the stream does: see below. */
  does: Type.String(),
  /** Names a stream for orders of other requests. */
  id: Type.Optional(Type.String()),
  count: Type.Optional(Type.Integer()),
  text: Type.Optional(Type.String()),
})
const Step = Type.Object({ n: Type.Integer() })

/** Of one thread: streams that wait for a release, how many steps an ended one made, and whether its signal fired. */
const gates = new Map<string, () => void>()
const ended = new Map<string, number>()
const aborted = new Set<string>()

export const steps = stage({
  name: 'steps',
  input: Order,
  events: Step,
  handler: eachRowStream(async function* ({ does, id, count, text }, context) {
    const name = id ?? ''
    context.signal.addEventListener('abort', () => aborted.add(name))
    switch (does) {
      case 'count':
        for (let n = 0; n < Number(count); n++) yield { data: { n } }
        return
      case 'name':
        yield { data: { n: 0 }, event: 'first', id: 'a-0' }
        return
      case 'hold':
        yield { data: { n: 0 } }
        await new Promise<void>((resolve) => gates.set(name, resolve))
        yield { data: { n: 1 } }
        return
      case 'release':
        gates.get(name)?.()
        yield { data: { n: Number(gates.delete(name)) } }
        return
      case 'endless': {
        let n = 0
        try {
          for (;;) yield { data: { n: n++ } }
        } finally {
          ended.set(name, n)
        }
      }
      case 'report':
        yield { data: { n: ended.get(name) ?? -1 } }
        yield { data: { n: Number(aborted.has(name)) } }
        return
      case 'refuse':
        for (let n = 0; n < Number(count); n++) yield { data: { n } }
        throw new PipelineError('REQUEST_INVALID', 'text is\nrequired')
      case 'throw':
        for (let n = 0; n < Number(count); n++) yield { data: { n } }
        throw new Error('a secret')
      case 'mistype':
        yield { data: { n: 0 } }
        yield JSON.parse('{"data":{"n":"one"}}')
        return
      case 'exit':
        yield { data: { n: 0 } }
        await new Promise((resolve) => setImmediate(resolve))
        await new Promise((resolve) => setImmediate(resolve))
        process.exit()
      case 'head':
        context.reply(0, { status: 202, headers: { 'x-step': text ?? '' } })
        yield { data: { n: 0 } }
        return
      case 'stall':
        for (let n = 0; n < Number(count); n++) yield { data: { n } }
        await new Promise(() => undefined)
    }
  }),
})

/** Sends a text back as one event, as it is. */
export const lines = stage({
  name: 'lines',
  input: Type.Object({ text: Type.String() }),
  events: Type.String(),
  handler: function* (batch, context) {
    for (const [row, { text }] of batch.rows().entries()) {
      if (text === 'REFUSE LATE') context.reject(row, 'REQUEST_INVALID', 'late')
      else yield { row, data: text }
    }
  },
})

/** One generator for all rows of a batch: the first two rows wait for each other. */
export const rounds = stage({
  name: 'rounds',
  input: Type.Object({ name: Type.String(), count: Type.Integer() }),
  events: Type.Object({ name: Type.String(), n: Type.Integer(), rows: Type.Integer() }),
  batch: { minRows: 2, maxRows: 2, maxDelayMs: 10_000 },
  handler: async function* (batch, context) {
    const rows = batch.rows()
    for (let n = 0; rows.some((_, row) => context.isOpen(row)); n++) {
      for (const [row, { name, count }] of rows.entries()) {
        if (n < count) yield { row, data: { name, n, rows: rows.length } }
        else context.end(row)
      }
      // A round takes a moment, so that whoever leaves does it between two.
      await new Promise((resolve) => setImmediate(resolve))
    }
  },
})

/** On the server's own thread. */
export const near = stage({
  name: 'near',
  input: Type.Object({ count: Type.Integer() }),
  events: Step,
  isolation: 'inline',
  handler: eachRowStream(async function* ({ count }) {
    for (let n = 0; n < count; n++) yield { data: { n } }
  }),
})

const split = stage({
  name: 'split',
  input: Type.Object({ text: Type.String() }),
  output: Type.Object({ text: Type.String() }),
  handler: eachRow(({ text }) => {
    if (text === 'refuse early') throw new PipelineError('REQUEST_INVALID', 'early')
    return { text: text.toUpperCase() }
  }),
})

export default [
  endpoint('/steps', steps),
  endpoint('/lines', lines),
  endpoint('/rounds', rounds),
  endpoint('/near', near),
  endpoint('/piped', pipe(split).to(lines)),
]
export { split }
