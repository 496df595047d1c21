import { app, endpoint, hooks, type Middleware, PipelineError, provider, service, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })
const Pair = Type.Object({ x: Type.Number(), from: Type.String() })

const twice = stage({
  name: 'twice',
  input: Point,
  output: Result,
  handler: (batch) => {
    if (batch.column('x').includes(-666)) throw new Error('the password is hunter2')
    return { y: batch.column('x').map((x) => x * 2) }
  },
})

/** Leaves its mark on the way in and on the way out. */
function mark(name: string): Middleware {
  return async (request, next) => {
    const trail = typeof request.state.trail === 'string' ? request.state.trail : ''
    request.state.trail = `${trail}${name}-in `
    const reply = await next()
    const soFar = reply.headers['x-trail'] ?? `${String(request.state.trail)}handler`
    return { ...reply, headers: { ...reply.headers, 'x-trail': `${soFar} ${name}-out` } }
  }
}

const needsKey = hooks({
  onHead: ({ headers }) => {
    if (headers['x-key'] !== 'open sesame') throw new PipelineError('UNAUTHENTICATED', 'x-key must be the right one')
  },
})

const rewriting = hooks({ onRecords: (records) => records.map(({ x }) => ({ x: Number(x) + 100 })) })

const dressing = hooks({
  onReply: (reply) => ({ ...reply, headers: { ...reply.headers, 'x-served-by': 'us' } }),
})

const replacing = hooks({
  onReply: ({ headers, body }) => ({ status: 202, headers, body: `{"wrapped":${String(body)}}` }),
})

const failing: Middleware = (request) => {
  if (request.query.get('as') === 'ours') throw new PipelineError('QUEUE_FULL', 'not now')
  if (request.query.get('as') === 'nothing') return Reflect.get({}, 'reply')
  throw new Error('the password is hunter2')
}

const cached: Middleware = () => ({ status: 203, headers: { 'content-type': 'text/plain' }, body: 'from the cache' })

/** Waits for longer the smaller the number, so that requests overtake each other. */
const remembering: Middleware = async (request, next) => {
  const [record] = await request.records()
  request.state.x = record.x
  await new Promise((resolve) => setTimeout(resolve, 20 - (Number(record.x) % 20)))
  const reply = await next()
  return { ...reply, headers: { ...reply.headers, 'x-state': String(request.state.x) } }
}

const seeing: Middleware = ({ headers, params, path, query, requestId, remoteAddress }) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ headers, params, path, tag: query.get('tag'), requestId, remoteAddress }),
})

const slow: Middleware = async (request, next) => {
  await new Promise((resolve) => request.signal.addEventListener('abort', resolve, { once: true }))
  return await next()
}

const afterwards: Middleware = async (request, next) => {
  const reply = await next()
  const body = await request.body().catch((error: unknown) => String(error))
  return { ...reply, headers: { 'x-body': typeof body === 'string' ? 'gone' : 'there' } }
}

const twiceNext: Middleware = async (_, next) => {
  await next()
  return await next()
}

export const greeting = provider('greeting', () => ({ text: 'hello' }))

export const greeted = service(
  '/greet/{name}',
  Point,
  Pair,
  async ({ records, params, context }) => {
    const { text } = context.get(greeting)
    return records.map(({ x }) => ({ x: x + 1, from: `${text} ${params.name ?? ''}` }))
  },
  { stage: { batch: { maxRows: 16 } } },
)

const wrongAnswer: unknown = [{ x: 'one' }]
export const wrong = service('/wrong', Point, Result, () => wrongAnswer as { y: number }[])

export default app({
  use: [mark('global')],
  endpoints: [
    endpoint('/onion', twice, { use: [mark('a'), mark('b')] }),
    endpoint('/plain', twice),
    endpoint('/locked', twice, { use: [needsKey] }),
    endpoint('/rewritten', twice, { use: [rewriting] }),
    endpoint('/dressed', twice, { use: [dressing] }),
    endpoint('/replaced', twice, { use: [replacing] }),
    endpoint('/failing', twice, { use: [mark('a'), failing, mark('never')] }),
    endpoint('/cached', twice, { use: [cached, mark('never')] }),
    endpoint('/remembering', twice, { use: [remembering] }),
    endpoint('/seen/{id}', twice, { use: [seeing] }),
    endpoint('/slow', twice, { use: [slow], requestTimeoutMs: 50 }),
    endpoint('/afterwards', twice, { use: [afterwards] }),
    endpoint('/twice-next', twice, { use: [twiceNext] }),
    greeted,
    wrong,
  ],
  provide: [greeting],
})
