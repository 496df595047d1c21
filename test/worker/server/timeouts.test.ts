import { endpoint } from '@redesmyn/core'
import { Server } from '@redesmyn/worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limited } from '../../apps/timing.ts'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { type Answered, ServedApp } from '../http/serving/served-app.ts'

interface Timed {
  readonly answer: Answered
  readonly tookMs: number
}

async function timed(asked: Promise<Answered>): Promise<Timed> {
  const startedAtMs = performance.now()
  const answer = await asked
  return { answer, tookMs: performance.now() - startedAtMs }
}

function expectTimeout({ answer, tookMs }: Timed, limitMs: number): void {
  expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([
    504,
    'DEADLINE_EXCEEDED',
    'inference timeout',
  ])
  expect(tookMs).toBeGreaterThan(limitMs - 10)
  expect(tookMs).toBeLessThan(limitMs + 450)
}

describe.each(testedKinds)('time limits over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'timing.ts', {
      paths: ['/patient', '/limited', '/generous', '/counted', '/hurried', '/deaf', '/shortened'],
    })
    for (const path of ['/patient', '/limited', '/generous']) await app.post(path, { x: 0 })
  })
  afterAll(() => app.stop())

  // These only wait, each for a stage of its own: they do it at the same time.
  describe.concurrent('of one stage', () => {
    test('M41 the time of the server, 3 s unless it says otherwise, counts from admission', async () => {
      expectTimeout(await timed(app.post('/patient', { x: 4000 })), 3000)
    })

    test('M42 the time of a stage goes before a longer one of the server', async () => {
      const late = await timed(app.post('/limited', { x: 1000 }))

      expectTimeout(late, 500)
      expect(late.answer.body.error.details).toEqual({ stage: 'limited', timeoutMs: 500 })
    })

    test('M43 the time of the server goes before a longer one of the stage', async () => {
      expectTimeout(await timed(app.post('/generous', { x: 3500 })), 3000)
    })
  })

  test('M45 rows whose time is over before a thread is free never run', async () => {
    const before = Number((await app.post('/counted', { x: 0 })).body.y)
    const answers = await Promise.all([600, 0, 0, 0].map((x) => app.post('/counted', { x })))
    await expect.poll(() => app.metric('cascade_inflight_batches{stage="counted"}'), { timeout: 3000 }).toBe(0)
    const after = Number((await app.post('/counted', { x: 0 })).body.y)

    expect(answers.map(({ status }) => status)).toEqual([504, 504, 504, 504])
    expect(after - before).toBe(2)
  })

  test('M46 a thread serves on after one of its batches took too long', async () => {
    const late = await app.post('/limited', { x: 700 })
    const next = await app.post('/limited', { x: 1 })

    expect([late.status, next.status]).toEqual([504, 200])
    expect(await app.metric('cascade_serving_threads{stage="limited"}')).toBe(1)
  })

  test('M52 a client may say how long it waits, where the endpoint listens, and the handler hears of it', async () => {
    const headers = { 'cascade-deadline-ms': '200' }
    const short = await timed(app.post('/shortened', { x: 1000 }, headers))
    const heard = await app.post('/hurried', { x: 1 }, headers)
    const long = await app.post('/hurried', { x: 1 }, { 'cascade-deadline-ms': '999999' })
    const unheard = await app.post('/deaf', { x: 1 }, headers)

    expectTimeout(short, 200)
    expect(Number(heard.body.y)).toBeGreaterThan(100)
    expect(Number(heard.body.y)).toBeLessThanOrEqual(200)
    for (const { body } of [long, unheard]) {
      expect(Number(body.y)).toBeGreaterThan(2000)
      expect(Number(body.y)).toBeLessThanOrEqual(3000)
    }
  })

  test.each([
    ['0', 504],
    ['-5', 400],
    ['soon', 400],
    ['1e3', 400],
  ])('a client that says it has %s milliseconds is answered %i', async (left, status) => {
    const answer = await app.post('/hurried', { x: 1 }, { 'cascade-deadline-ms': left })

    expect(answer.status).toBe(status)
  })
})

test('M44 the time of the server holds for exported endpoints and for registered ones', async () => {
  const file = new URL('../../apps/timing.ts', import.meta.url)
  const statuses = await Promise.all(
    [[], [endpoint('/limited', limited)]].map(async (registered) => {
      const server = new Server({ app: file, port: 0, logLevel: 'silent', requestTimeoutMs: 100 })
      for (const one of registered) server.register(one)
      const { url } = await server.serve()
      const late = await timed(
        fetch(`${url}/limited`, { method: 'POST', body: '{"x":400}' }).then(async (response) => {
          const text = await response.text()
          return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
        }),
      )
      await server.stop({ graceful: false })
      return late
    }),
  )

  for (const late of statuses) expectTimeout(late, 100)
})
