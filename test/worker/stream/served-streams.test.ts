import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServedApp } from '../http/serving/served-app.ts'
import { testedKinds } from '../http/front-end/tested-kinds.ts'

describe.each(testedKinds)('an app that streams, served over %s', (kind) => {
  let app: ServedApp

  beforeAll(async () => {
    app = await ServedApp.start(kind, 'streams.ts')
  })
  afterAll(() => app.stop())

  test('a stage that streams is the last of a pipeline', async () => {
    const { status, text } = await app.post('/piped', { text: 'one\ntwo' })

    expect(status).toBe(200)
    expect(text).toBe('data: ONE\ndata: TWO\n\n')
  })

  test('what an earlier stage refuses, or a later one, is an answer with its status', async () => {
    const early = await app.post('/piped', { text: 'refuse early' })
    const late = await app.post('/piped', { text: 'refuse late' })

    expect(early).toMatchObject({ status: 400, body: { error: { message: 'bad request: early' } } })
    expect(late).toMatchObject({ status: 400, body: { error: { message: 'bad request: late' } } })
  })

  test('a stage on the thread of the server streams too', async () => {
    const { text } = await app.post('/near', { count: 20_000 })

    expect(text).toBe(Array.from({ length: 20_000 }, (_, n) => `data: {"n":${n}}\n\n`).join(''))
  })

  test('events and open streams are counted, and nothing is held behind them', async () => {
    await app.post('/lines', { text: 'a' })

    expect(await app.metric('cascade_stream_events_total{stage="lines"}')).toBeGreaterThan(0)
    expect(await app.metric('cascade_open_streams{stage="lines"}')).toBe(0)
    expect(await app.metric('cascade_inflight_batches{stage="lines"}')).toBe(0)
    expect(await app.metric('cascade_slabs')).toBe(0)
  })

  test('a body that is parsed in a thread of its own is streamed as well', async () => {
    const text = 'x'.repeat(300_000)

    expect((await app.post('/lines', { text })).text).toBe(`data: ${text}\n\n`)
  })

  test('a client that takes part of a stream and goes leaves nothing behind', async () => {
    const leave = new AbortController()
    const response = await fetch(`${app.url}/steps`, {
      method: 'POST',
      body: JSON.stringify({ does: 'endless', id: kind }),
      signal: leave.signal,
    })
    await response.body?.getReader().read()

    leave.abort()
    while ((await app.metric('cascade_inflight_batches{stage="steps"}')) > 0);

    expect(await app.metric('cascade_slabs')).toBe(0)
    expect(await app.metric('cascade_open_streams{stage="steps"}')).toBe(0)
  })
})
